#include "kernel/history/thinning.hpp"

#include <algorithm>

namespace weft {

namespace {

// What a merge makes is read whole when somebody looks at a version behind it.
constexpr std::uint64_t merged_bytes_max = 256 * 1024;

/// From the first to behind the last of the segments that one merge takes.
struct Group {
    std::size_t begin;
    std::size_t end;
};

std::vector<Group> group(const ThinningInput& input) {
    const auto is_kept = [&](std::uint64_t seq) {
        return std::find(input.kept_seqs.begin(), input.kept_seqs.end(), seq) !=
               input.kept_seqs.end();
    };
    std::vector<Group> groups;
    for (std::size_t begin = 0; begin < input.segments.size();) {
        std::size_t end = begin + 1;
        std::uint64_t bytes = input.segments[begin].bytes.size();
        while (end < input.segments.size() && !is_kept(input.segments[end - 1].seqs.last) &&
               bytes + input.segments[end].bytes.size() <= merged_bytes_max) {
            bytes += input.segments[end++].bytes.size();
        }
        groups.push_back({begin, end});
        begin = end;
    }
    return groups;
}

std::vector<BytesView> views(std::span<const StoredPart> parts) {
    std::vector<BytesView> views;
    for (const StoredPart& part : parts) {
        views.push_back(part.bytes.view());
    }
    return views;
}

Result<SegmentMerge> merge(const Crdt& crdt, std::span<const StoredPart> segments) {
    SegmentMerge made;
    made.first_seq = segments.front().seqs.first;
    made.mark = segments.back().mark;
    for (const StoredPart& segment : segments) {
        made.last_seqs.push_back(segment.seqs.last);
    }
    Bytes merged;
    if (const auto done = crdt.merge(views(segments), merged); !done) {
        return done.error();
    }
    made.bytes = Buffer(std::move(merged));
    return made;
}

Result<Digest> digest_of(const Crdt& crdt, const std::vector<BytesView>& updates) {
    const auto replica = crdt.create_replica({});
    if (const auto loaded = replica->load(updates); !loaded) {
        return loaded.error();
    }
    return replica->digest();
}

}  // namespace

Result<ThinRequest> make_thinning(const Crdt& crdt, const ThinningInput& input) {
    ThinRequest request;
    request.document = input.document;
    request.epoch = input.epoch;
    request.versions_gone = input.versions_gone;
    std::vector<BytesView> present = views(input.before);
    std::vector<BytesView> future = present;
    for (const Group& group : group(input)) {
        const auto segments =
            std::span(input.segments).subspan(group.begin, group.end - group.begin);
        const auto own = views(segments);
        present.insert(present.end(), own.begin(), own.end());
        if (segments.size() == 1) {
            future.push_back(own.front());
            continue;
        }
        auto made = merge(crdt, segments);
        if (!made) {
            return made.error();
        }
        request.merges.push_back(std::move(*made));
        future.push_back(request.merges.back().bytes.view());
    }
    const auto as_it_is = digest_of(crdt, present);
    const auto as_it_will_be = digest_of(crdt, future);
    if (!as_it_is || !as_it_will_be) {
        return as_it_is ? as_it_will_be.error() : as_it_is.error();
    }
    if (*as_it_is != *as_it_will_be) {
        return Error{Code::internal, "the merged segments are another document", 0};
    }
    return request;
}

}  // namespace weft
