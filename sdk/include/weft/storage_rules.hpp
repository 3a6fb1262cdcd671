// What every store decides alike about a request, before it looks at its own tables.
#pragma once

#include <weft/result.hpp>
#include <weft/storage.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::storage_rules {

inline constexpr std::uint64_t first_epoch = 1;

inline Error conflict(std::string message) {
    return {Code::conflict, std::move(message), 0};
}
inline Error invalid(std::string message) {
    return {Code::invalid, std::move(message), 0};
}
inline Error never_written(const std::string& document) {
    return {Code::not_found, document + " was never written", 0};
}
inline Error no_such_version(const std::string& document, std::uint64_t number) {
    return {Code::not_found, document + " has no version " + std::to_string(number), 0};
}
inline Error above_the_head(const std::string& document, std::uint64_t seq, std::uint64_t head) {
    return {Code::not_found,
            document + " is at seq " + std::to_string(head) + " and has no " + std::to_string(seq),
            0};
}
inline Error other_epoch(const std::string& document, std::uint64_t present, std::uint64_t asked) {
    return conflict(document + " is in epoch " + std::to_string(present) + ", not " +
                    std::to_string(asked));
}

/// Where a document stands as far as appends are decided by it. All zero: never written.
struct Standing {
    std::uint64_t epoch = 0;
    std::uint64_t head = 0;  // 0: it does not exist
    std::uint64_t version = 0;
    std::string_view algorithm{};
};

/// What no store takes, whatever it holds.
inline std::optional<Error> fault_of(const AppendRequest& request) {
    if (request.rows.empty() && request.versions.empty()) {
        return invalid("an append without rows and versions to " + request.document);
    }
    if (!request.authored.empty() && rows_of(request.authored) != request.rows.size()) {
        return invalid(request.document + ": authors of " +
                       std::to_string(rows_of(request.authored)) + " rows, of " +
                       std::to_string(request.rows.size()));
    }
    const auto is_before = [](const NewVersion& version) {
        return version.at == NewVersion::At::before_the_rows;
    };
    if (!std::is_partitioned(request.versions.begin(), request.versions.end(), is_before)) {
        return invalid(request.document + ": a version after the rows stands before one before");
    }
    return std::nullopt;
}

/// Why the append is not taken where the document stands.
inline std::optional<Error> refusal_of(const AppendRequest& request, const Standing& standing) {
    const std::string& document = request.document;
    if (request.expect_seq && *request.expect_seq != standing.head) {
        return conflict(document + " is at seq " + std::to_string(standing.head) + ", not " +
                        std::to_string(*request.expect_seq));
    }
    const std::uint64_t present = standing.epoch == 0 ? first_epoch : standing.epoch;
    if (present != (request.epoch == 0 ? first_epoch : request.epoch)) {
        return other_epoch(document, present, request.epoch);
    }
    if (request.expect_version && *request.expect_version != standing.version) {
        return conflict(document + " is at version " + std::to_string(standing.version) + ", not " +
                        std::to_string(*request.expect_version));
    }
    if (standing.head != 0 && standing.algorithm != request.algorithm) {
        return conflict(document + " is stored as " + std::string(standing.algorithm) + ", not " +
                        request.algorithm);
    }
    if (standing.head == 0 && request.rows.empty()) {
        return never_written(document);
    }
    if (standing.head == 0 && !request.versions.empty() &&
        request.versions.front().at == NewVersion::At::before_the_rows) {
        return invalid(document + ": a version before the first row");
    }
    return std::nullopt;
}

inline std::optional<Error> fault_of(const CompactRequest& request) {
    std::uint64_t before = request.expect_covered;
    for (const NewSegment& segment : request.segments) {
        if (segment.last_seq <= before) {
            return invalid(request.document + ": a segment that ends at seq " +
                           std::to_string(segment.last_seq) + " behind " + std::to_string(before));
        }
        before = segment.last_seq;
    }
    if (request.segments.empty()) {
        return invalid(request.document + ": a compaction without segments");
    }
    return std::nullopt;
}

inline std::optional<Error> fault_of(const ThinRequest& request) {
    if (request.merges.empty() && request.versions_gone.empty() && request.keyframes_gone.empty()) {
        return invalid(request.document + ": nothing to thin");
    }
    std::uint64_t before = 0;
    for (const SegmentMerge& merge : request.merges) {
        if (merge.last_seqs.size() < 2 || merge.first_seq <= before ||
            merge.last_seqs.front() < merge.first_seq ||
            !std::is_sorted(merge.last_seqs.begin(), merge.last_seqs.end(), std::less_equal<>())) {
            return invalid(request.document + ": a merge of segments that are not neighbours");
        }
        before = merge.last_seqs.back();
    }
    return std::nullopt;
}

/// Whether a segment of the compaction ends at `seq`.
inline bool ends_segment(const CompactRequest& request, std::uint64_t seq) {
    return std::any_of(request.segments.begin(), request.segments.end(),
                       [&](const NewSegment& segment) { return segment.last_seq == seq; });
}

/// Whether `seq` would be lost as the end of a segment.
inline bool merges_across(const ThinRequest& request, std::uint64_t seq) {
    return std::any_of(request.merges.begin(), request.merges.end(),
                       [&](const SegmentMerge& merge) {
                           return seq >= merge.first_seq && seq < merge.last_seqs.back();
                       });
}

inline Error version_inside(const std::string& document, std::uint64_t number, std::uint64_t seq) {
    return conflict(document + ": version " + std::to_string(number) + " stands at seq " +
                    std::to_string(seq) + ", where no segment would end");
}

inline Error other_covered(const CompactRequest& request, std::uint64_t covered) {
    return conflict(request.document + " is covered up to seq " + std::to_string(covered) +
                    ", not " + std::to_string(request.expect_covered));
}

inline Error other_rows(const CompactRequest& request) {
    return conflict(request.document + ": other rows stand up to seq " +
                    std::to_string(request.segments.back().last_seq));
}

inline Error other_segments(const std::string& document, const SegmentMerge& merge) {
    return conflict(document + ": other segments stand from seq " +
                    std::to_string(merge.first_seq) + " to " +
                    std::to_string(merge.last_seqs.back()));
}

}  // namespace weft::storage_rules
