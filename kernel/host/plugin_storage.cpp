#include "kernel/host/plugin_storage.hpp"

#include "kernel/host/completion_reading.hpp"

namespace weft {
namespace {

using detail::from_c;
using detail::to_c;

SeqRange take_seqs(std::uint64_t first, std::uint64_t last) {
    return {first, last};
}

Appended take_appended(const weft_appended& from) {
    return {take_seqs(from.first_seq, from.last_seq)};
}

StoredPart take_part(const weft_stored_part& from) {
    return {static_cast<StoredPart::Kind>(from.kind), take_seqs(from.first_seq, from.last_seq),
            from.mark, Buffer::share(from.bytes)};
}

Head take_head(const weft_head& from) {
    return {std::string(from_c(from.document)),
            from.exists != 0,
            std::string(from_c(from.algorithm)),
            from.epoch,
            from.seq,
            from.mark,
            from.covered,
            from.version,
            from.content_seq};
}

DocumentStat take_stat(const weft_document_stat& from) {
    return {take_head(from.head), from.tail_rows, from.bytes, from.updated_unix_ms};
}

template <class From, class Take>
auto take_all(const From* from, std::size_t count, Take take) {
    std::vector<decltype(take(*from))> taken;
    taken.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        taken.push_back(take(from[i]));
    }
    return taken;
}

weft_append_request lend(const AppendRequest& request, const weft_row* rows) {
    return {to_c(std::string_view(request.document)),
            to_c(std::string_view(request.algorithm)),
            request.epoch,
            request.expect_seq.value_or(0),
            rows,
            request.rows.size(),
            static_cast<std::uint32_t>(request.durability),
            request.expect_seq ? WEFT_APPEND_EXPECT_SEQ : 0};
}

std::size_t row_count(const std::vector<AppendCall>& batch) {
    std::size_t count = 0;
    for (const AppendCall& call : batch) {
        count += call.request.rows.size();
    }
    return count;
}

}  // namespace

Durability PluginStorage::durability() const {
    const std::uint32_t level = calls_.durability(self_);
    return level <= WEFT_DURABILITY_REPLICATED ? static_cast<Durability>(level)
                                               : Durability::memory;
}

void PluginStorage::append(std::vector<AppendCall> batch) {
    std::vector<weft_row> rows;
    rows.reserve(row_count(batch));
    std::vector<weft_append_request> requests;
    requests.reserve(batch.size());
    std::vector<weft_storage_op> ops;
    ops.reserve(batch.size());
    for (AppendCall& call : batch) {
        requests.push_back(lend(call.request, rows.data() + rows.size()));
        for (const Row& row : call.request.rows) {
            rows.push_back({row.mark, row.update.raw()});
        }
        const weft_op op =
            context_.operations().add(end_with<weft_appended>(std::move(call.done), take_appended));
        ops.push_back({op, WEFT_STORAGE_APPEND, 0, &requests.back(), sizeof(weft_append_request)});
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

void PluginStorage::load(std::string document, Completion<Loaded> done) {
    const weft_document_request request{to_c(std::string_view(document))};
    submit(WEFT_STORAGE_LOAD, &request, sizeof request,
           end_with<weft_loaded>(std::move(done), [](const weft_loaded& from) -> Loaded {
               return {take_head(from.head), take_all(from.parts, from.part_count, take_part)};
           }));
}

void PluginStorage::read(ReadRequest read, Completion<std::vector<StoredPart>> done) {
    const weft_read_request request{to_c(std::string_view(read.document)), read.after_seq,
                                    read.max_bytes};
    submit(WEFT_STORAGE_READ, &request, sizeof request,
           end_with<weft_stored_parts>(std::move(done), [](const weft_stored_parts& from) {
               return take_all(from.parts, from.part_count, take_part);
           }));
}

void PluginStorage::heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) {
    std::vector<weft_str> names(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        names[i] = to_c(std::string_view(documents[i]));
    }
    const weft_heads_request request{names.data(), names.size()};
    submit(WEFT_STORAGE_HEADS, &request, sizeof request,
           end_with<weft_heads>(std::move(done), [](const weft_heads& from) {
               return take_all(from.heads, from.head_count, take_head);
           }));
}

void PluginStorage::write_content(ContentRequest content, Completion<void> done) {
    const weft_content_request request{to_c(std::string_view(content.document)), content.epoch,
                                       content.seq, to_c(std::string_view(content.text))};
    submit(WEFT_STORAGE_CONTENT, &request, sizeof request, void_end(std::move(done)));
}

void PluginStorage::list(ListRequest list, Completion<std::vector<DocumentStat>> done) {
    const weft_list_request request{to_c(std::string_view(list.prefix)),
                                    to_c(std::string_view(list.after)), list.limit, 0};
    submit(WEFT_STORAGE_LIST, &request, sizeof request,
           end_with<weft_document_stats>(std::move(done), [](const weft_document_stats& from) {
               return take_all(from.stats, from.stat_count, take_stat);
           }));
}

void PluginStorage::stat(std::string document, Completion<DocumentStat> done) {
    const weft_document_request request{to_c(std::string_view(document))};
    submit(WEFT_STORAGE_STAT, &request, sizeof request,
           end_with<weft_document_stat>(std::move(done), take_stat));
}

void PluginStorage::submit(std::uint32_t kind, const void* request, std::size_t request_size,
                           Operations::End end) {
    const weft_storage_op op{context_.operations().add(std::move(end)), kind, 0, request,
                             request_size};
    if (calls_.submit(self_, &op, 1) == 0) {
        refuse(op.id);
    }
}

void PluginStorage::refuse(weft_op op) {
    const weft_completion refused{
        op,      WEFT_AGAIN, 0, to_c(std::string_view("the plugin takes no more operations now")),
        nullptr, 0};
    context_.operations().complete({&refused, 1});
}

}  // namespace weft
