#include "pending.hpp"

#include "update_encoder.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

constexpr std::uint64_t run_bytes = 256;    // what the books of one run take, beside its structs
constexpr std::uint64_t delete_bytes = 64;  // what one parked range takes

/// Consecutive structs without a skip between them.
struct Section {
    StructRun structs;
    std::size_t size = 0;
    std::uint64_t end = 0;
};

std::vector<Section> sections_of(StructRun run) {
    std::vector<Section> sections;
    StructView view;
    std::size_t size = 0;
    bool open = false;
    while (!run.at_end() && peek_struct(run, view, size)) {
        if (view.content.ref == ContentRef::skip) {
            open = false;
        } else {
            if (!open) {
                sections.emplace_back().structs = run;
                sections.back().structs.count = 0;
                open = true;
            }
            Section& section = sections.back();
            section.size += size;
            section.end = view.end();
            ++section.structs.count;
        }
        skip_struct(run, view, size);
    }
    return sections;
}

}  // namespace

void Pending::wait(Run run, const WireId& missing) {
    const RunId id = next_id_++;
    waits_.insert({missing.client, missing.clock, id});
    if (!run.was_parked) {
        borrowed_.push_back(id);
    } else {
        memory_bytes_ += run_bytes + run.owned.size();
        const WireId start{run.structs.client, run.structs.clock};
        const auto same = starts_.find(start);
        if (same == starts_.end() || runs_.at(same->second).run.end < run.end) {
            starts_[start] = id;
        }
    }
    runs_.emplace(id, Waiting{std::move(run), missing});
}

std::optional<Pending::Run> Pending::take_ready(std::uint64_t client, std::uint64_t state) {
    const auto first = waits_.lower_bound({client, 0, 0});
    if (first == waits_.end() || std::get<0>(*first) != client || std::get<1>(*first) >= state) {
        return std::nullopt;
    }
    const RunId id = std::get<2>(*first);
    waits_.erase(first);
    const auto found = runs_.find(id);
    Run run = std::move(found->second.run);
    runs_.erase(found);
    if (run.was_parked) {
        memory_bytes_ -= run_bytes + run.owned.size();
        const auto start = starts_.find(WireId{run.structs.client, run.structs.clock});
        if (start != starts_.end() && start->second == id) {
            starts_.erase(start);
        }
    }
    return run;
}

bool Pending::is_parked(const StructRun& run, std::uint64_t end) const {
    auto after = starts_.upper_bound(WireId{run.client, run.clock});
    if (after == starts_.begin()) {
        return false;
    }
    --after;
    return after->first.client == run.client && runs_.at(after->second).run.end >= end;
}

Pending::Parked Pending::park_borrowed(std::uint64_t max_bytes) {
    Parked parked;
    for (const RunId id : borrowed_) {
        const auto found = runs_.find(id);
        if (found == runs_.end()) {
            continue;
        }
        const Waiting waiting = std::move(found->second);
        waits_.erase({waiting.missing.client, waiting.missing.clock, id});
        runs_.erase(found);
        parked.any = true;
        bool first = true;
        for (const Section& section : sections_of(waiting.run.structs)) {
            // Behind a gap in the update itself, the run waits for that gap first.
            const WireId missing =
                first ? waiting.missing : WireId{section.structs.client, section.structs.clock - 1};
            first = false;
            if (is_parked(section.structs, section.end)) {
                continue;
            }
            if (max_bytes != 0 && memory_bytes_ + run_bytes + section.size > max_bytes) {
                parked.dropped = true;
                continue;
            }
            Run run;
            run.owned = to_bytes(section.structs.bytes.first(section.size));
            run.structs = section.structs;
            run.structs.bytes = run.owned;
            run.end = section.end;
            run.was_parked = true;
            wait(std::move(run), missing);
        }
    }
    borrowed_.clear();
    return parked;
}

bool Pending::park_delete(const WireRange& range, std::uint64_t max_bytes) {
    auto& ranges = deletes_[range.client];
    std::uint64_t clock = range.clock;
    std::uint64_t end = range.end();
    auto next = ranges.upper_bound(clock);
    if (next != ranges.begin() && std::prev(next)->second >= clock) {
        --next;
    }
    if (next != ranges.end() && next->first <= clock && next->second >= end) {
        return true;
    }
    if (max_bytes != 0 && memory_bytes_ + delete_bytes > max_bytes) {
        if (ranges.empty()) {
            deletes_.erase(range.client);
        }
        return false;
    }
    while (next != ranges.end() && next->first <= end) {
        clock = std::min(clock, next->first);
        end = std::max(end, next->second);
        next = ranges.erase(next);
        memory_bytes_ -= delete_bytes;
    }
    ranges.emplace(clock, end);
    memory_bytes_ += delete_bytes;
    return true;
}

std::vector<WireRange> Pending::take_deletes(std::uint64_t client, std::uint64_t state) {
    std::vector<WireRange> taken;
    const auto found = deletes_.find(client);
    if (found == deletes_.end()) {
        return taken;
    }
    auto& ranges = found->second;
    while (!ranges.empty() && ranges.begin()->first < state) {
        const auto [clock, end] = *ranges.begin();
        ranges.erase(ranges.begin());
        taken.push_back({client, clock, std::min(end, state) - clock});
        if (end > state) {
            ranges.emplace(state, end);
        } else {
            memory_bytes_ -= delete_bytes;
        }
    }
    if (ranges.empty()) {
        deletes_.erase(found);
    }
    return taken;
}

std::vector<Bytes> Pending::as_updates() const {
    std::vector<Bytes> updates;
    for (const auto& [id, waiting] : runs_) {
        const StructRun& run = waiting.run.structs;
        Writer writer(updates.emplace_back());
        writer.varuint(1);
        writer.varuint(run.count);
        writer.varuint(run.client);
        writer.varuint(run.clock);
        writer.bytes(run.bytes);
        writer.varuint(0);
    }
    if (!deletes_.empty()) {
        std::vector<WireRange> all;
        for (const auto& [client, ranges] : deletes_) {
            for (const auto& [clock, end] : ranges) {
                all.push_back({client, clock, end - clock});
            }
        }
        Writer writer(updates.emplace_back());
        writer.varuint(0);
        write_delete_set(writer, all);
    }
    return updates;
}

}  // namespace weft::yjs
