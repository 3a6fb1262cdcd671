// The requests of the host as a weft::Storage takes them: copied, since they are borrowed only until `submit` returns.
#pragma once

#include <weft/abi/storage.h>
#include <weft/detail/values.hpp>
#include <weft/storage.hpp>

namespace weft::detail {

inline std::string text_from(weft_str text) {
    return std::string(from_c(text));
}

inline bool has(std::uint32_t flags, std::uint32_t flag) {
    return (flags & flag) != 0;
}

template <class T>
std::optional<T> only_if(bool given, T value) {
    return given ? std::optional<T>(std::move(value)) : std::nullopt;
}

inline NewVersion take(const weft_new_version& from) {
    NewVersion to;
    to.at = static_cast<NewVersion::At>(from.at);
    to.kind = static_cast<VersionKind>(from.kind);
    to.mark = from.mark;
    to.label = from_c(from.label);
    to.author = from_c(from.author);
    to.content = only_if(has(from.flags, WEFT_VERSION_HAS_CONTENT), text_from(from.content));
    return to;
}

/// One reference of each row's buffer was given with the request.
inline AppendRequest take(const weft_append_request& from) {
    AppendRequest to;
    to.document = from_c(from.document);
    to.algorithm = from_c(from.algorithm);
    to.epoch = from.epoch;
    to.durability = static_cast<Durability>(from.durability);
    to.expect_seq = only_if(has(from.flags, WEFT_APPEND_EXPECT_SEQ), from.expect_seq);
    to.rows.reserve(from.row_count);
    for (std::size_t i = 0; i < from.row_count; ++i) {
        to.rows.push_back({from.rows[i].mark, Buffer::adopt(from.rows[i].update)});
    }
    to.expect_version = only_if(has(from.flags, WEFT_APPEND_EXPECT_VERSION), from.expect_version);
    for (std::size_t i = 0; i < from.authored_count; ++i) {
        const weft_authored_run& run = from.authored[i];
        to.authored.push_back(
            {run.rows, run.first_unix_ms, run.last_unix_ms, text_from(run.author)});
    }
    for (std::size_t i = 0; i < from.version_count; ++i) {
        to.versions.push_back(take(from.versions[i]));
    }
    return to;
}

inline LoadRequest take(const weft_load_request& from) {
    return {text_from(from.document), only_if(has(from.flags, WEFT_LOAD_AS_OF), from.as_of),
            from.max_bytes, has(from.flags, WEFT_READ_WITH_AUTHORS)};
}

inline ReadRequest take(const weft_read_request& from) {
    return {text_from(from.document), from.after_seq, from.max_bytes,
            from.until_seq,           from.epoch,     has(from.flags, WEFT_READ_WITH_AUTHORS)};
}

inline std::vector<std::string> take(const weft_heads_request& from) {
    std::vector<std::string> documents;
    documents.reserve(from.document_count);
    for (std::size_t i = 0; i < from.document_count; ++i) {
        documents.emplace_back(from_c(from.documents[i]));
    }
    return documents;
}

inline std::string take(const weft_document_request& from) {
    return text_from(from.document);
}

inline ContentRequest take(const weft_content_request& from) {
    return {text_from(from.document), from.epoch, from.seq, text_from(from.text), from.version};
}

inline ListRequest take(const weft_list_request& from) {
    return {text_from(from.prefix), text_from(from.after), from.limit};
}

inline CompactRequest take(const weft_compact_request& from) {
    CompactRequest to;
    to.document = from_c(from.document);
    to.epoch = from.epoch;
    to.expect_covered = from.expect_covered;
    to.through_mark = from.through_mark;
    for (std::size_t i = 0; i < from.segment_count; ++i) {
        to.segments.push_back({from.segments[i].last_seq, Buffer::share(from.segments[i].bytes)});
    }
    if (has(from.flags, WEFT_COMPACT_KEYFRAME)) {
        to.keyframe = Buffer::share(from.keyframe);
    }
    to.content = only_if(has(from.flags, WEFT_COMPACT_CONTENT), text_from(from.content));
    return to;
}

inline SegmentMerge take(const weft_segment_merge& from) {
    return {from.first_seq,
            {from.last_seqs, from.last_seqs + from.last_seq_count},
            from.mark,
            Buffer::share(from.bytes)};
}

inline ThinRequest take(const weft_thin_request& from) {
    ThinRequest to;
    to.document = from_c(from.document);
    to.epoch = from.epoch;
    for (std::size_t i = 0; i < from.merge_count; ++i) {
        to.merges.push_back(take(from.merges[i]));
    }
    to.versions_gone.assign(from.versions_gone, from.versions_gone + from.version_gone_count);
    to.keyframes_gone.assign(from.keyframes_gone, from.keyframes_gone + from.keyframe_gone_count);
    return to;
}

inline VersionsRequest take(const weft_versions_request& from) {
    return {text_from(from.document), from.after, from.before, from.limit,
            has(from.flags, WEFT_VERSIONS_NEWEST_FIRST)};
}

inline VersionRequest take(const weft_version_request& from) {
    return {text_from(from.document), from.number};
}

inline ForgetRequest take(const weft_forget_request& from) {
    return {from.unix_ms};
}

inline DeleteRequest take(const weft_delete_request& from) {
    return {text_from(from.document), from.epoch,
            only_if(has(from.flags, WEFT_DELETE_EXPECT_SEQ), from.expect_seq),
            Buffer::share(from.state_vector)};
}

}  // namespace weft::detail
