// The way along the parts of a document in memory.
#pragma once

#include "memory_documents.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace weft::storage {

/// Parts behind a position, until a seq or until the room is used up.
class MemoryWalk {
public:
    MemoryWalk(const MemoryDocument& document, std::uint64_t position, std::uint64_t until,
               std::uint64_t max_bytes, bool with_authors)
        : document_(document), position_(position), until_(std::min(until, document.head())),
          room_(max_bytes), with_authors_(with_authors) {}

    void take_keyframe() {
        const auto behind = std::upper_bound(
            document_.keyframes.begin(), document_.keyframes.end(), until_,
            [](std::uint64_t seq, const StoredPart& part) { return seq < part.seqs.last; });
        if (behind != document_.keyframes.begin()) {
            take(*std::prev(behind));
        }
    }

    void take_parts() {
        auto segment = std::upper_bound(
            document_.segments.begin(), document_.segments.end(), position_,
            [](std::uint64_t seq, const StoredPart& part) { return seq < part.seqs.last; });
        for (; segment != document_.segments.end() && wants_more(); ++segment) {
            take(*segment);
        }
        if (!wants_more()) {
            return;
        }
        std::vector<AuthoredRun> authored;
        if (with_authors_) {
            authored = document_.authored;
            take_rows(authored, position_ - document_.covered);
        }
        while (wants_more()) {
            const StoredPart& row = document_.rows[position_ - document_.covered];
            if (take(row) && with_authors_) {
                parts.back().authored = take_rows(authored, 1);
            }
        }
    }

    bool complete() const { return position_ >= until_; }

    std::vector<StoredPart> parts;

private:
    bool wants_more() const { return !full_ && !complete(); }

    bool take(const StoredPart& part) {
        if (!parts.empty() && part.bytes.size() > room_) {
            full_ = true;
            return false;
        }
        room_ -= std::min<std::uint64_t>(room_, part.bytes.size());
        position_ = part.seqs.last;
        parts.push_back({part.kind, part.seqs, part.mark, part.bytes});
        if (with_authors_) {
            parts.back().authored = part.authored;
        }
        return true;
    }

    const MemoryDocument& document_;
    std::uint64_t position_;
    const std::uint64_t until_;
    std::uint64_t room_;
    const bool with_authors_;
    bool full_ = false;
};

}  // namespace weft::storage
