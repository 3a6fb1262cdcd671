// What the cases about compaction, versions, thinning and deletion stand on. The "merge" of updates is here their texts
// one behind the other, so that what a store gives shows which rows are in it.
#pragma once

#include "append_cases.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::conformance {

/// For stores that keep a history.
class StorageHistory : public StorageConformance {
protected:
    static NewVersion version_of(const std::string& label,
                                 NewVersion::At at = NewVersion::At::after_the_rows) {
        NewVersion version;
        version.at = at;
        version.mark = std::hash<std::string>{}(label);
        version.label = label;
        version.author = "ada";
        return version;
    }

    /// A version of the present, named `label`.
    Result<Appended> name_version(const std::string& document, const std::string& label) {
        AppendRequest request = request_of(document, {});
        request.epoch = epoch_of(document);
        request.versions.push_back(version_of(label));
        return append(std::move(request));
    }

    std::uint64_t epoch_of(const std::string& document) { return head(document).epoch; }

    /// The compaction of what is behind the covered seq into segments that end at `ends`.
    CompactRequest compaction_of(const std::string& document,
                                 const std::vector<std::uint64_t>& ends) {
        const Head at = head(document);
        CompactRequest request;
        request.document = document;
        request.epoch = at.epoch;
        request.expect_covered = at.covered;
        const auto rows = read({document, at.covered, ~std::uint64_t{0}});
        std::size_t next = 0;
        for (const std::uint64_t end : ends) {
            std::string merged;
            for (; next < rows.size() && rows[next].seqs.last <= end; ++next) {
                merged += as_text(rows[next].bytes.view());
                request.through_mark = rows[next].mark;
            }
            request.segments.push_back({end, Buffer::copy_of(as_bytes(merged))});
        }
        return request;
    }

    Result<void> compact(CompactRequest request) {
        return wait(
            ask<void>([&](auto done) { storage().compact(std::move(request), std::move(done)); }));
    }
    void compact(const std::string& document, const std::vector<std::uint64_t>& ends) {
        const Result<void> compacted = compact(compaction_of(document, ends));
        EXPECT_TRUE(compacted) << compacted.error().message;
    }
    void compact_with_keyframe(const std::string& document, std::uint64_t end,
                               const std::string& state) {
        CompactRequest request = compaction_of(document, {end});
        request.keyframe = Buffer::copy_of(as_bytes(state));
        const Result<void> compacted = compact(std::move(request));
        EXPECT_TRUE(compacted) << compacted.error().message;
    }

    /// The merge of the segments that end at `last_seqs`, which must be neighbours.
    SegmentMerge merge_of(const std::string& document,
                          const std::vector<std::uint64_t>& last_seqs) {
        SegmentMerge merge;
        merge.last_seqs = last_seqs;
        std::string bytes;
        for (const StoredPart& part : read({document, 0, ~std::uint64_t{0}})) {
            if (std::find(last_seqs.begin(), last_seqs.end(), part.seqs.last) != last_seqs.end()) {
                merge.first_seq = merge.first_seq == 0 ? part.seqs.first : merge.first_seq;
                merge.mark = part.mark;
                bytes += as_text(part.bytes.view());
            }
        }
        merge.bytes = Buffer::copy_of(as_bytes(bytes));
        return merge;
    }

    ThinRequest thinning_of(const std::string& document) {
        ThinRequest request;
        request.document = document;
        request.epoch = epoch_of(document);
        return request;
    }

    Result<void> thin(ThinRequest request) {
        return wait(
            ask<void>([&](auto done) { storage().thin(std::move(request), std::move(done)); }));
    }

    Result<Loaded> load_as_of(const std::string& document, std::uint64_t seq) {
        return wait(ask<Loaded>([&](auto done) {
            storage().load({document, seq}, std::move(done));
        }));
    }

    Loaded load_with_authors(const std::string& document) {
        LoadRequest request{document};
        request.with_authors = true;
        return wait_for_value(
            ask<Loaded>([&](auto done) { storage().load(std::move(request), std::move(done)); }));
    }

    Result<std::vector<Version>> versions(VersionsRequest request) {
        return wait(ask<std::vector<Version>>(
            [&](auto done) { storage().versions(std::move(request), std::move(done)); }));
    }

    std::vector<std::uint64_t> version_numbers(VersionsRequest request) {
        std::vector<std::uint64_t> numbers;
        const auto listed = versions(std::move(request));
        EXPECT_TRUE(listed) << listed.error().message;
        for (const Version& version : listed ? *listed : std::vector<Version>()) {
            numbers.push_back(version.number);
        }
        return numbers;
    }

    Result<VersionContent> version(const std::string& document, std::uint64_t number) {
        return wait(ask<VersionContent>([&](auto done) {
            storage().version({document, number}, std::move(done));
        }));
    }

    Result<Deleted> delete_document(const std::string& document, std::uint64_t epoch,
                                    const std::string& state_vector,
                                    std::optional<std::uint64_t> expect_seq = {}) {
        return wait(ask<Deleted>([&](auto done) {
            storage().delete_document(
                {document, epoch, expect_seq, Buffer::copy_of(as_bytes(state_vector))},
                std::move(done));
        }));
    }

    std::uint64_t forget_tombstones_before(std::int64_t unix_ms) {
        return wait_for_value(ask<Forgotten>([&](auto done) {
                   storage().forget_tombstones({unix_ms}, std::move(done));
               }))
            .count;
    }

    template <class T>
    static Code code_of(const Result<T>& result) {
        return result ? Code::ok : result.error().code;
    }

    static std::string joined(const std::vector<StoredPart>& parts) {
        std::string text;
        for (const std::string& part : texts_of(parts)) {
            text += part;
        }
        return text;
    }

    /// "keyframe 1-9, segment 10-19, row 20"
    static std::string shape_of(const std::vector<StoredPart>& parts) {
        constexpr const char* names[] = {"keyframe ", "segment ", "row "};
        std::string shape;
        for (const StoredPart& part : parts) {
            shape += shape.empty() ? "" : ", ";
            shape += names[static_cast<std::size_t>(part.kind)];
            shape += part.kind == StoredPart::Kind::row
                         ? std::to_string(part.seqs.last)
                         : std::to_string(part.seqs.first) + "-" + std::to_string(part.seqs.last);
        }
        return shape;
    }

    static std::string shape_of(const std::vector<AuthoredRun>& runs) {
        std::string shape;
        for (const AuthoredRun& run : runs) {
            shape += (shape.empty() ? "" : ", ") + run.author + "*" + std::to_string(run.rows);
        }
        return shape;
    }
};

}  // namespace weft::conformance
