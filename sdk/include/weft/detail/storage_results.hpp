// The results of a weft::Storage as their C structs, which borrow from them.
#pragma once

#include <weft/abi/storage.h>
#include <weft/detail/values.hpp>
#include <weft/storage.hpp>

namespace weft::detail {

inline weft_authored_run lend(const AuthoredRun& run) {
    return {run.rows, run.first_unix_ms, run.last_unix_ms, to_c(std::string_view(run.author))};
}

inline weft_head lend(const Head& head) {
    return {to_c(std::string_view(head.document)),
            to_c(std::string_view(head.algorithm)),
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

inline weft_tombstone lend(const Tombstone& tombstone) {
    return {tombstone.epoch, tombstone.unix_ms, to_c(std::string_view(tombstone.algorithm)),
            tombstone.state_vector.raw()};
}

inline weft_version lend(const Version& version) {
    return {version.number,
            version.seq,
            version.mark,
            to_c(std::string_view(version.label)),
            to_c(std::string_view(version.author)),
            version.unix_ms,
            version.content_bytes,
            static_cast<std::uint32_t>(version.kind),
            version.has_content ? 1u : 0u};
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

/// Parts, with the runs of those that have any.
class LentParts {
public:
    explicit LentParts(const std::vector<StoredPart>& parts) {
        std::size_t run_count = 0;
        for (const StoredPart& part : parts) {
            run_count += part.authored.size();
        }
        runs_.reserve(run_count);
        parts_.reserve(parts.size());
        for (const StoredPart& part : parts) {
            const auto* first_run = runs_.data() + runs_.size();
            for (const AuthoredRun& run : part.authored) {
                runs_.push_back(lend(run));
            }
            parts_.push_back({part.seqs.first, part.seqs.last, part.mark, part.bytes.raw(),
                              static_cast<std::uint32_t>(part.kind), 0, first_run,
                              part.authored.size()});
        }
    }

    const weft_stored_part* data() const { return parts_.data(); }
    std::size_t size() const { return parts_.size(); }

private:
    std::vector<weft_authored_run> runs_;
    std::vector<weft_stored_part> parts_;
};

}  // namespace weft::detail
