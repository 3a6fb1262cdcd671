// weft_storage_calls over a weft::Storage.
#pragma once

#include <weft/abi/storage.h>
#include <weft/detail/host_over_c.hpp>
#include <weft/storage.hpp>

namespace weft::detail {

inline weft_stored_part lend(const StoredPart& part) {
    return {part.seqs.first,
            part.seqs.last,
            part.mark,
            part.bytes.raw(),
            static_cast<std::uint32_t>(part.kind),
            0};
}

inline weft_head lend(const Head& head) {
    return {to_c(head.document),
            to_c(head.algorithm),
            head.epoch,
            head.seq,
            head.mark,
            head.covered,
            head.version,
            head.content_seq,
            head.exists ? 1u : 0u,
            0};
}

inline weft_document_stat lend(const DocumentStat& stat) {
    return {lend(stat.head), stat.tail_rows, stat.bytes, stat.updated_unix_ms};
}

template <class T>
auto lend_all(const std::vector<T>& values) {
    std::vector<decltype(lend(std::declval<const T&>()))> lent;
    lent.reserve(values.size());
    for (const T& value : values) {
        lent.push_back(lend(value));
    }
    return lent;
}

// Each result as its C struct, which lives only while `end` tells it.

inline void succeed(OperationEnd& end, const Appended& appended) {
    end.succeed(weft_appended{appended.seqs.first, appended.seqs.last});
}
inline void succeed(OperationEnd& end, const Loaded& loaded) {
    const auto parts = lend_all(loaded.parts);
    end.succeed(weft_loaded{lend(loaded.head), parts.data(), parts.size()});
}
inline void succeed(OperationEnd& end, const std::vector<StoredPart>& read) {
    const auto parts = lend_all(read);
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

template <class T>
Completion<T> completion(const weft_host& host, weft_op op) {
    return [end = OperationEnd(host, op)](Result<T> result) mutable {
        if (result) {
            succeed(end, *result);
        } else {
            end.fail(result.error());
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
        case WEFT_STORAGE_LOAD: {
            auto done = completion<Loaded>(host, op.id);
            return storage.load(document_of(op), std::move(done));
        }
        case WEFT_STORAGE_READ: {
            auto done = completion<std::vector<StoredPart>>(host, op.id);
            const auto& read = request<weft_read_request>(op);
            return storage.read(
                {std::string(from_c(read.document)), read.after_seq, read.max_bytes},
                std::move(done));
        }
        case WEFT_STORAGE_HEADS: return heads(storage, host, op);
        case WEFT_STORAGE_CONTENT: {
            auto done = void_completion(host, op.id);
            const auto& content = request<weft_content_request>(op);
            return storage.write_content({std::string(from_c(content.document)), content.epoch,
                                          content.seq, std::string(from_c(content.text))},
                                         std::move(done));
        }
        case WEFT_STORAGE_LIST: {
            auto done = completion<std::vector<DocumentStat>>(host, op.id);
            const auto& list = request<weft_list_request>(op);
            return storage.list(
                {std::string(from_c(list.prefix)), std::string(from_c(list.after)), list.limit},
                std::move(done));
        }
        case WEFT_STORAGE_STAT: {
            auto done = completion<DocumentStat>(host, op.id);
            return storage.stat(document_of(op), std::move(done));
        }
        default:
            OperationEnd(host, op.id).fail({Code::unsupported, "an operation of a newer host", 0});
        }
    }

    static std::string document_of(const weft_storage_op& op) {
        return std::string(from_c(request<weft_document_request>(op).document));
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

    static AppendRequest take(const weft_append_request& from) {
        AppendRequest to;
        to.document = from_c(from.document);
        to.algorithm = from_c(from.algorithm);
        to.epoch = from.epoch;
        to.durability = static_cast<Durability>(from.durability);
        if ((from.flags & WEFT_APPEND_EXPECT_SEQ) != 0) {
            to.expect_seq = from.expect_seq;
        }
        to.rows.reserve(from.row_count);
        for (std::size_t i = 0; i < from.row_count; ++i) {
            to.rows.push_back({from.rows[i].mark, Buffer::adopt(from.rows[i].update)});
        }
        return to;
    }

    static void heads(Storage& storage, const weft_host& host, const weft_storage_op& op) {
        auto done = completion<std::vector<Head>>(host, op.id);
        const auto& asked = request<weft_heads_request>(op);
        std::vector<std::string> documents;
        documents.reserve(asked.document_count);
        for (std::size_t i = 0; i < asked.document_count; ++i) {
            documents.emplace_back(from_c(asked.documents[i]));
        }
        storage.heads(std::move(documents), std::move(done));
    }

public:
    static constexpr weft_storage_calls calls{sizeof(weft_storage_calls), 0, &durability, &submit};
};

}  // namespace weft::detail
