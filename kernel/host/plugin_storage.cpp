#include "kernel/host/plugin_storage.hpp"

#include "kernel/host/completion_reading.hpp"
#include "kernel/host/storage_lending.hpp"

#include <algorithm>

namespace weft {
namespace {

using storage_lending::flag_if;
using storage_lending::lend;
using storage_lending::lend_all;

template <class CResult, class T>
Operations::End end_of(Completion<T> done) {
    return end_with<CResult>(
        std::move(done), [](const CResult& from) -> T { return storage_lending::Take::one(from); });
}

/// The requests of one batch as C structs, which borrow from it and from here.
class LentAppends {
public:
    explicit LentAppends(const std::vector<AppendCall>& batch) {
        std::size_t row_count = 0;
        std::size_t run_count = 0;
        std::size_t version_count = 0;
        for (const AppendCall& call : batch) {
            row_count += call.request.rows.size();
            run_count += call.request.authored.size();
            version_count += call.request.versions.size();
        }
        rows_.reserve(row_count);
        runs_.reserve(run_count);
        versions_.reserve(version_count);
        requests_.reserve(batch.size());
        for (const AppendCall& call : batch) {
            requests_.push_back(add(call.request));
        }
    }

    const weft_append_request& operator[](std::size_t index) const { return requests_[index]; }

private:
    weft_append_request add(const AppendRequest& request) {
        const weft_row* const rows = rows_.data() + rows_.size();
        for (const Row& row : request.rows) {
            rows_.push_back({row.mark, row.update.raw()});
        }
        const weft_authored_run* const runs = runs_.data() + runs_.size();
        for (const AuthoredRun& run : request.authored) {
            runs_.push_back(lend(run));
        }
        const weft_new_version* const versions = versions_.data() + versions_.size();
        for (const NewVersion& version : request.versions) {
            versions_.push_back(lend(version));
        }
        const std::uint32_t flags =
            flag_if(request.expect_seq.has_value(), WEFT_APPEND_EXPECT_SEQ) |
            flag_if(request.expect_version.has_value(), WEFT_APPEND_EXPECT_VERSION);
        return {lend(request.document),
                lend(request.algorithm),
                request.epoch,
                request.expect_seq.value_or(0),
                rows,
                request.rows.size(),
                static_cast<std::uint32_t>(request.durability),
                flags,
                request.expect_version.value_or(0),
                runs,
                request.authored.size(),
                versions,
                request.versions.size()};
    }

    std::vector<weft_row> rows_;
    std::vector<weft_authored_run> runs_;
    std::vector<weft_new_version> versions_;
    std::vector<weft_append_request> requests_;
};

}  // namespace

Durability PluginStorage::durability() const {
    const std::uint32_t level = calls_.durability(self_);
    return level <= WEFT_DURABILITY_REPLICATED ? static_cast<Durability>(level)
                                               : Durability::memory;
}

StorageStatus PluginStorage::status() const {
    weft_storage_status status{};
    calls_.status(self_, &status);
    const std::string_view reason(status.reason, sizeof status.reason);
    return {status.up != 0, std::string(reason.substr(0, reason.find('\0'))), status.since_unix_ms};
}

void PluginStorage::append(std::vector<AppendCall> batch) {
    const LentAppends requests(batch);
    std::vector<weft_storage_op> ops;
    ops.reserve(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const weft_op op =
            context_.operations().add(end_of<weft_appended>(std::move(batch[i].done)));
        ops.push_back({op, WEFT_STORAGE_APPEND, 0, &requests[i], sizeof(weft_append_request)});
    }
    const std::size_t taken = std::min(calls_.submit(self_, ops.data(), ops.size()), ops.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (i >= taken) {
            refuse(ops[i].id);
            continue;
        }
        for (Row& row : batch[i].request.rows) {
            static_cast<void>(
                std::move(row.update).release());  // this reference is the plugin's now
        }
    }
}

void PluginStorage::load(LoadRequest load, Completion<Loaded> done) {
    const std::uint32_t flags = flag_if(load.as_of.has_value(), WEFT_LOAD_AS_OF) |
                                flag_if(load.with_authors, WEFT_READ_WITH_AUTHORS);
    submit(WEFT_STORAGE_LOAD,
           weft_load_request{lend(load.document), load.as_of.value_or(0), load.max_bytes, flags, 0},
           end_of<weft_loaded>(std::move(done)));
}

void PluginStorage::read(ReadRequest read, Completion<std::vector<StoredPart>> done) {
    submit(WEFT_STORAGE_READ,
           weft_read_request{lend(read.document), read.after_seq, read.max_bytes, read.until_seq,
                             read.epoch, flag_if(read.with_authors, WEFT_READ_WITH_AUTHORS), 0},
           end_of<weft_stored_parts>(std::move(done)));
}

void PluginStorage::heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) {
    const auto names = lend_all(documents);
    submit(WEFT_STORAGE_HEADS, weft_heads_request{names.data(), names.size()},
           end_of<weft_heads>(std::move(done)));
}

void PluginStorage::write_content(ContentRequest content, Completion<void> done) {
    submit(WEFT_STORAGE_CONTENT,
           weft_content_request{lend(content.document), content.epoch, content.seq,
                                lend(content.text), content.version},
           void_end(std::move(done)));
}

void PluginStorage::list(ListRequest list, Completion<std::vector<DocumentStat>> done) {
    submit(WEFT_STORAGE_LIST, weft_list_request{lend(list.prefix), lend(list.after), list.limit, 0},
           end_of<weft_document_stats>(std::move(done)));
}

void PluginStorage::stat(std::string document, Completion<DocumentStat> done) {
    submit(WEFT_STORAGE_STAT, weft_document_request{lend(document)},
           end_of<weft_document_stat>(std::move(done)));
}

void PluginStorage::compact(CompactRequest compact, Completion<void> done) {
    const auto segments = lend_all(compact.segments);
    const std::uint32_t flags = flag_if(compact.keyframe.has_value(), WEFT_COMPACT_KEYFRAME) |
                                flag_if(compact.content.has_value(), WEFT_COMPACT_CONTENT);
    submit(WEFT_STORAGE_COMPACT,
           weft_compact_request{lend(compact.document), compact.epoch, compact.expect_covered,
                                compact.through_mark, segments.data(), segments.size(),
                                compact.keyframe ? compact.keyframe->raw() : weft_buf{},
                                lend(compact.content), flags, 0},
           void_end(std::move(done)));
}

void PluginStorage::thin(ThinRequest thin, Completion<void> done) {
    const auto merges = lend_all(thin.merges);
    submit(WEFT_STORAGE_THIN,
           weft_thin_request{lend(thin.document), thin.epoch, merges.data(), merges.size(),
                             thin.versions_gone.data(), thin.versions_gone.size(),
                             thin.keyframes_gone.data(), thin.keyframes_gone.size()},
           void_end(std::move(done)));
}

void PluginStorage::versions(VersionsRequest asked, Completion<std::vector<Version>> done) {
    submit(WEFT_STORAGE_VERSIONS,
           weft_versions_request{lend(asked.document), asked.after, asked.before, asked.limit,
                                 flag_if(asked.newest_first, WEFT_VERSIONS_NEWEST_FIRST)},
           end_of<weft_versions>(std::move(done)));
}

void PluginStorage::version(VersionRequest asked, Completion<VersionContent> done) {
    submit(WEFT_STORAGE_VERSION, weft_version_request{lend(asked.document), asked.number},
           end_of<weft_version_content>(std::move(done)));
}

void PluginStorage::delete_document(DeleteRequest request, Completion<Deleted> done) {
    submit(WEFT_STORAGE_DELETE,
           weft_delete_request{lend(request.document), request.epoch,
                               request.expect_seq.value_or(0), request.state_vector.raw(),
                               flag_if(request.expect_seq.has_value(), WEFT_DELETE_EXPECT_SEQ), 0},
           end_of<weft_deleted>(std::move(done)));
}

void PluginStorage::forget_tombstones(ForgetRequest request, Completion<Forgotten> done) {
    submit(WEFT_STORAGE_FORGET, weft_forget_request{request.unix_ms},
           end_of<weft_forgotten>(std::move(done)));
}

template <class CRequest>
void PluginStorage::submit(std::uint32_t kind, const CRequest& request, Operations::End end) {
    const weft_storage_op op{context_.operations().add(std::move(end)), kind, 0, &request,
                             sizeof request};
    if (calls_.submit(self_, &op, 1) == 0) {
        refuse(op.id);
    }
}

void PluginStorage::refuse(weft_op op) {
    const weft_completion refused{
        op,      WEFT_AGAIN,
        0,       detail::to_c(std::string_view("the plugin takes no more operations now")),
        nullptr, 0};
    context_.operations().complete({&refused, 1});
}

}  // namespace weft
