#include "kernel/history/compaction.hpp"

#include <algorithm>

namespace weft {

namespace {

// Below it a keyframe saves nobody any time.
constexpr std::uint64_t replay_bytes_min = 16 * 1024;

using Parts = std::vector<StoredPart>;

/// Takes the rows out of the input and gives those that are compacted; none when they do not follow `covered` without a hole.
Parts take_rows(CompactionInput& input) {
    Parts rows;
    for (StoredPart& part : input.parts) {
        const bool is_wanted = part.seqs.first > input.covered && part.seqs.last <= input.through;
        if (part.kind == StoredPart::Kind::row && is_wanted) {
            rows.push_back(std::move(part));
        }
    }
    std::erase_if(input.parts, [](const auto& part) { return part.kind == StoredPart::Kind::row; });
    const bool joined =
        !rows.empty() && rows.front().seqs.first == input.covered + 1 &&
        rows.back().seqs.last - input.covered == static_cast<std::uint64_t>(rows.size());
    return joined ? rows : Parts();
}

Result<Buffer> merge_parts(const Crdt& crdt, std::span<const StoredPart> parts) {
    if (parts.size() == 1) {
        return parts.front().bytes;
    }
    std::vector<BytesView> updates;
    updates.reserve(parts.size());
    for (const StoredPart& part : parts) {
        updates.push_back(part.bytes.view());
    }
    Bytes merged;
    if (const auto done = crdt.merge(updates, merged); !done) {
        return done.error();
    }
    return Buffer(std::move(merged));
}

/// One segment up to each version, one for what is left. Rows leave memory once they are merged.
Result<std::vector<NewSegment>> merge_rows(const Crdt& crdt, Parts rows,
                                           std::vector<std::uint64_t> ends) {
    std::sort(ends.begin(), ends.end());
    ends.push_back(rows.back().seqs.last);
    std::vector<NewSegment> segments;
    std::size_t begin = 0;
    for (const std::uint64_t end : ends) {
        std::size_t behind = begin;
        while (behind < rows.size() && rows[behind].seqs.last <= end) {
            ++behind;
        }
        if (behind == begin) {
            continue;
        }
        const auto together = std::span(rows).subspan(begin, behind - begin);
        auto merged = merge_parts(crdt, together);
        if (!merged) {
            return merged.error();
        }
        segments.push_back({together.back().seqs.last, std::move(*merged)});
        for (StoredPart& row : together) {
            row.bytes = {};
        }
        begin = behind;
    }
    return segments;
}

/// The document as it will be stored, without rows.
Result<std::unique_ptr<Replica>> replay(const Crdt& crdt, const CompactionInput& input,
                                        const std::vector<NewSegment>& segments) {
    std::vector<BytesView> updates;
    for (const StoredPart& part : input.parts) {
        updates.push_back(part.bytes.view());
    }
    for (const NewSegment& segment : segments) {
        updates.push_back(segment.bytes.view());
    }
    auto replica = crdt.create_replica({});
    if (const auto loaded = replica->load(updates); !loaded) {
        return loaded.error();
    }
    return replica;
}

StoredSizes sizes_of(const CompactionInput& input, const std::vector<NewSegment>& segments) {
    StoredSizes sizes;
    for (const StoredPart& part : input.parts) {
        sizes.keyframe += part.kind == StoredPart::Kind::keyframe ? part.bytes.size() : 0;
        sizes.segments += part.kind == StoredPart::Kind::segment ? part.bytes.size() : 0;
    }
    for (const NewSegment& segment : segments) {
        sizes.segments += segment.bytes.size();
    }
    return sizes;
}

}  // namespace

bool wants_keyframe(const StoredSizes& sizes) {
    return sizes.segments > std::max(replay_bytes_min, sizes.keyframe / 2);
}

std::vector<std::uint64_t> keyframes_to_let_go(const std::vector<std::uint64_t>& newest_first) {
    std::vector<std::uint64_t> gone;
    std::uint64_t stayed = ~std::uint64_t{0};
    for (const std::uint64_t seq : newest_first) {
        if (seq <= stayed / 2) {
            stayed = seq;
        } else {
            gone.push_back(seq);
        }
    }
    return gone;
}

Result<Compaction> make_compaction(const Crdt& crdt, CompactionInput input) {
    Parts rows = take_rows(input);
    if (rows.empty()) {
        return Error{Code::conflict, "other rows stand behind seq " + std::to_string(input.covered),
                     0};
    }
    const std::uint64_t through_mark = rows.back().mark;
    auto segments = merge_rows(crdt, std::move(rows), std::move(input.version_seqs));
    if (!segments) {
        return segments.error();
    }
    Compaction made;
    made.sizes = sizes_of(input, *segments);
    if (input.whole) {
        auto replica = replay(crdt, input, *segments);
        if (!replica) {
            return replica.error();
        }
        input.parts.clear();
        made.digest = (*replica)->digest();
        if (wants_keyframe(made.sizes)) {
            Bytes state;
            if (const auto written = (*replica)->state(ParkedParts::left_out, state); !written) {
                return written.error();
            }
            made.sizes = {state.size(), 0};
            made.request.keyframe = Buffer(std::move(state));
        }
    }
    made.request.document = std::move(input.document);
    made.request.epoch = input.epoch;
    made.request.expect_covered = input.covered;
    made.request.through_mark = through_mark;
    made.request.segments = std::move(*segments);
    return made;
}

}  // namespace weft
