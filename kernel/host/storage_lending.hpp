// Requests to a store as their C structs, which borrow from them, and results as the kernel takes them.
#pragma once

#include <weft/abi/storage.h>
#include <weft/detail/values.hpp>
#include <weft/storage.hpp>

#include <optional>
#include <string>
#include <vector>

namespace weft::storage_lending {

inline weft_str lend(const std::string& text) {
    return detail::to_c(std::string_view(text));
}
inline weft_str lend(const std::optional<std::string>& text) {
    return text ? lend(*text) : weft_str{};
}

inline std::uint32_t flag_if(bool condition, std::uint32_t flag) {
    return condition ? flag : 0;
}

inline weft_authored_run lend(const AuthoredRun& run) {
    return {run.rows, run.first_unix_ms, run.last_unix_ms, lend(run.author)};
}

inline weft_new_version lend(const NewVersion& version) {
    return {version.mark,
            lend(version.label),
            lend(version.author),
            lend(version.content),
            static_cast<std::uint32_t>(version.kind),
            static_cast<std::uint32_t>(version.at),
            flag_if(version.content.has_value(), WEFT_VERSION_HAS_CONTENT),
            0};
}

inline weft_new_segment lend(const NewSegment& segment) {
    return {segment.last_seq, segment.bytes.raw()};
}

inline weft_segment_merge lend(const SegmentMerge& merge) {
    return {merge.first_seq, merge.last_seqs.data(), merge.last_seqs.size(), merge.mark,
            merge.bytes.raw()};
}

template <class T>
auto lend_all(const std::vector<T>& values) {
    std::vector<decltype(lend(values.front()))> lent;
    lent.reserve(values.size());
    for (const T& value : values) {
        lent.push_back(lend(value));
    }
    return lent;
}

/// Results as the kernel keeps them: everything was borrowed.
struct Take {
    static std::string one(weft_str text) { return std::string(detail::from_c(text)); }

    template <class From>
    static auto all(const From* from, std::size_t count) {
        std::vector<decltype(one(*from))> taken;
        taken.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            taken.push_back(one(from[i]));
        }
        return taken;
    }

    static AuthoredRun one(const weft_authored_run& from) {
        return {from.rows, from.first_unix_ms, from.last_unix_ms, one(from.author)};
    }

    static Appended one(const weft_appended& from) {
        return {{from.first_seq, from.last_seq}, from.version};
    }

    static StoredPart one(const weft_stored_part& from) {
        return {static_cast<StoredPart::Kind>(from.kind),
                {from.first_seq, from.last_seq},
                from.mark,
                Buffer::share(from.bytes),
                all(from.authored, from.authored_count)};
    }

    static Head one(const weft_head& from) {
        return {one(from.document), from.exists != 0, one(from.algorithm),
                from.epoch,         from.seq,         from.mark,
                from.covered,       from.version,     from.content_seq};
    }

    static DocumentStat one(const weft_document_stat& from) {
        return {one(from.head), from.tail_rows, from.bytes, from.updated_unix_ms};
    }

    static Tombstone one(const weft_tombstone& from) {
        return {from.epoch, from.unix_ms, one(from.algorithm), Buffer::share(from.state_vector)};
    }

    static Loaded one(const weft_loaded& from) {
        return {one(from.head), all(from.parts, from.part_count),
                all(from.tombstones, from.tombstone_count), from.complete != 0};
    }

    static std::vector<StoredPart> one(const weft_stored_parts& from) {
        return all(from.parts, from.part_count);
    }

    static std::vector<Head> one(const weft_heads& from) {
        return all(from.heads, from.head_count);
    }

    static std::vector<DocumentStat> one(const weft_document_stats& from) {
        return all(from.stats, from.stat_count);
    }

    static Version one(const weft_version& from) {
        return {
            from.number,       from.seq,         from.mark,    static_cast<VersionKind>(from.kind),
            one(from.label),   one(from.author), from.unix_ms, from.has_content != 0,
            from.content_bytes};
    }

    static std::vector<Version> one(const weft_versions& from) {
        return all(from.versions, from.version_count);
    }

    static VersionContent one(const weft_version_content& from) {
        return {one(from.version), one(from.content)};
    }

    static Deleted one(const weft_deleted& from) { return {from.epoch}; }

    static Forgotten one(const weft_forgotten& from) { return {from.count}; }
};

}  // namespace weft::storage_lending
