// weft_storage_calls over a weft::Storage.
#pragma once

#include <weft/abi/storage.h>
#include <weft/detail/host_over_c.hpp>
#include <weft/detail/storage_requests.hpp>
#include <weft/detail/storage_results.hpp>
#include <weft/storage.hpp>

namespace weft::detail {

// Each result as its C struct, which lives only while `end` tells it.

inline void succeed(OperationEnd& end, const Appended& appended) {
    end.succeed(weft_appended{appended.seqs.first, appended.seqs.last, appended.version});
}
inline void succeed(OperationEnd& end, const Loaded& loaded) {
    const LentParts parts(loaded.parts);
    const auto tombstones = lend_all(loaded.tombstones);
    end.succeed(weft_loaded{lend(loaded.head), parts.data(), parts.size(), tombstones.data(),
                            tombstones.size(), loaded.complete ? 1u : 0u, 0});
}
inline void succeed(OperationEnd& end, const std::vector<StoredPart>& read) {
    const LentParts parts(read);
    end.succeed(weft_stored_parts{parts.data(), parts.size()});
}
inline void succeed(OperationEnd& end, const std::vector<Head>& found) {
    const auto heads = lend_all(found);
    end.succeed(weft_heads{heads.data(), heads.size()});
}
inline void succeed(OperationEnd& end, const DocumentStat& stat) {
    end.succeed(lend(stat));
}
inline void succeed(OperationEnd& end, const std::vector<DocumentStat>& listed) {
    const auto stats = lend_all(listed);
    end.succeed(weft_document_stats{stats.data(), stats.size()});
}
inline void succeed(OperationEnd& end, const std::vector<Version>& listed) {
    const auto versions = lend_all(listed);
    end.succeed(weft_versions{versions.data(), versions.size()});
}
inline void succeed(OperationEnd& end, const VersionContent& found) {
    end.succeed(weft_version_content{lend(found.version), to_c(std::string_view(found.content))});
}
inline void succeed(OperationEnd& end, const Deleted& deleted) {
    end.succeed(weft_deleted{deleted.epoch});
}
inline void succeed(OperationEnd& end, const Forgotten& forgotten) {
    end.succeed(weft_forgotten{forgotten.count});
}

template <class T>
Completion<T> completion(const weft_host& host, weft_op op) {
    return [end = OperationEnd(host, op)](Result<T> result) mutable {
        if (!result) {
            end.fail(result.error());
        } else if constexpr (std::is_void_v<T>) {
            end.succeed();
        } else {
            succeed(end, *result);
        }
    };
}

template <class Instance>
struct StorageThunks {
    static constexpr std::string_view seam = "storage";
    struct State {};

    static std::uint32_t durability(void* self) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        return guarded([&] { return static_cast<std::uint32_t>(instance.seam().durability()); },
                       [&](Code, std::string_view what) {
                           instance.host().log_exception("durability", what);
                           return std::uint32_t{WEFT_DURABILITY_MEMORY};
                       });
    }

    static void status(void* self, weft_storage_status* out) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        guarded(
            [&] {
                const StorageStatus status = instance.seam().status();
                fill(*out, status.up, status.since_unix_ms, status.reason);
            },
            [&](Code, std::string_view what) {
                instance.host().log_exception("status", what);
                fill(*out, false, 0, what);
            });
    }

    /// Takes all. An operation that throws is dropped, and being dropped ends it with an error.
    static std::size_t submit(void* self, const weft_storage_op* ops, std::size_t count) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        std::size_t next = 0;
        while (next < count) {
            const std::size_t run =
                ops[next].kind == WEFT_STORAGE_APPEND ? appends_from(ops + next, count - next) : 1;
            guarded([&] { start(instance, ops + next, run); },
                    [&](Code, std::string_view what) {
                        instance.host().log_exception("a storage operation", what);
                    });
            next += run;
        }
        return count;
    }

private:
    static void fill(weft_storage_status& out, bool up, std::int64_t since_unix_ms,
                     std::string_view reason) {
        const auto cut = cut_text(reason, sizeof out.reason - 1);
        out.up = up ? 1 : 0;
        out.reserved = 0;
        out.since_unix_ms = since_unix_ms;
        std::copy(cut.begin(), cut.end(), out.reason);
        out.reason[cut.size()] = '\0';
    }

    static std::size_t appends_from(const weft_storage_op* ops, std::size_t count) {
        std::size_t run = 1;
        while (run < count && ops[run].kind == WEFT_STORAGE_APPEND) {
            ++run;
        }
        return run;
    }

    template <class Request>
    static const Request& request(const weft_storage_op& op) {
        return *static_cast<const Request*>(op.request);
    }

    static void start(Instance& instance, const weft_storage_op* ops, std::size_t run) {
        Storage& storage = instance.seam();
        const weft_host& host = instance.host().c();
        const weft_storage_op& op = ops[0];
        switch (op.kind) {
        case WEFT_STORAGE_APPEND: return append(storage, host, ops, run);
        case WEFT_STORAGE_LOAD: return begin<weft_load_request>(storage, host, op, &Storage::load);
        case WEFT_STORAGE_READ: return begin<weft_read_request>(storage, host, op, &Storage::read);
        case WEFT_STORAGE_HEADS:
            return begin<weft_heads_request>(storage, host, op, &Storage::heads);
        case WEFT_STORAGE_CONTENT:
            return begin<weft_content_request>(storage, host, op, &Storage::write_content);
        case WEFT_STORAGE_LIST: return begin<weft_list_request>(storage, host, op, &Storage::list);
        case WEFT_STORAGE_STAT:
            return begin<weft_document_request>(storage, host, op, &Storage::stat);
        case WEFT_STORAGE_COMPACT:
            return begin<weft_compact_request>(storage, host, op, &Storage::compact);
        case WEFT_STORAGE_THIN: return begin<weft_thin_request>(storage, host, op, &Storage::thin);
        case WEFT_STORAGE_VERSIONS:
            return begin<weft_versions_request>(storage, host, op, &Storage::versions);
        case WEFT_STORAGE_VERSION:
            return begin<weft_version_request>(storage, host, op, &Storage::version);
        case WEFT_STORAGE_DELETE:
            return begin<weft_delete_request>(storage, host, op, &Storage::delete_document);
        case WEFT_STORAGE_FORGET:
            return begin<weft_forget_request>(storage, host, op, &Storage::forget_tombstones);
        default:
            OperationEnd(host, op.id).fail({Code::unsupported, "an operation of a newer host", 0});
        }
    }

    /// The completion is there before the request is copied: if that fails, it ends the operation.
    template <class CRequest, class Request, class T>
    static void begin(Storage& storage, const weft_host& host, const weft_storage_op& op,
                      void (Storage::*call)(Request, Completion<T>)) {
        auto done = completion<T>(host, op.id);
        (storage.*call)(take(request<CRequest>(op)), std::move(done));
    }

    static void append(Storage& storage, const weft_host& host, const weft_storage_op* ops,
                       std::size_t count) {
        std::vector<AppendCall> batch(count);
        for (std::size_t i = 0; i < count; ++i) {
            batch[i].done = completion<Appended>(host, ops[i].id);
            batch[i].request = take(request<weft_append_request>(ops[i]));
        }
        storage.append(std::move(batch));
    }

public:
    static constexpr weft_storage_calls calls{sizeof(weft_storage_calls), 0, &durability, &submit,
                                              &status};
};

}  // namespace weft::detail
