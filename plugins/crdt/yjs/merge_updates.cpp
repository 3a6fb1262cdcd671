#include "merge_updates.hpp"

#include "merge_client.hpp"

#include <algorithm>
#include <map>

namespace weft::yjs {
namespace {

/// What the updates have, client by client.
class Inputs {
public:
    void add(const UpdateLayout& update, std::size_t number) {
        for (const StructRun& run : update.runs) {
            MergeInput input{run, number};
            if (!run.plain) {
                pass_skips(input.run);
            }
            if (!input.run.at_end()) {
                of(run.client).push_back(input);
            }
        }
        deletes_.insert(deletes_.end(), update.deletes.begin(), update.deletes.end());
    }

    void merge(std::size_t updates, Bytes& out) {
        Writer writer(out);
        writer.varuint(clients_.size());
        MergeTurns turns(updates);
        MergedStructs structs(out);
        for (auto& [client, inputs] : clients_) {
            merge_client(inputs, turns, structs);
            structs.end_client(client);
            inputs = {};
        }
        structs.finish();
        normalise(deletes_);
        write_delete_set(writer, deletes_);
    }

private:
    static void pass_skips(StructRun& run) {
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && peek_struct(run, view, size) &&
               view.content.ref == ContentRef::skip) {
            skip_struct(run, view, size);
        }
    }

    std::vector<MergeInput>& of(std::uint64_t client) {
        if (last_ == nullptr || client != last_client_) {
            last_ = &clients_[client];
            last_client_ = client;
        }
        return *last_;
    }

    std::map<std::uint64_t, std::vector<MergeInput>, std::greater<>> clients_;
    std::vector<MergeInput>* last_ = nullptr;
    std::uint64_t last_client_ = 0;
    std::vector<WireRange> deletes_;
};

std::size_t size_of_all(std::span<const BytesView> updates) {
    std::size_t size = 0;
    for (const BytesView update : updates) {
        size += update.size();
    }
    return size;
}

}  // namespace

Result<void> merge_updates(std::span<const BytesView> updates, Bytes& out, JsonForm json) {
    Inputs inputs;
    UpdateLayout layout;
    for (std::size_t i = 0; i < updates.size(); ++i) {
        if (Result<void> accepted = layout.read(updates[i], json); !accepted) {
            return accepted;
        }
        inputs.add(layout, i);
    }
    if (updates.size() == 1) {
        out.insert(out.end(), updates[0].begin(), updates[0].end());
    } else {
        out.reserve(out.size() + size_of_all(updates));  // hardly ever too little
        inputs.merge(updates.size(), out);
    }
    return {};
}

bool overlaps(const UpdateLayout& update, const StateVector& state_vector) {
    for (StructRun run : update.runs) {
        const std::uint64_t known = clock_of(state_vector, run.client);
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && run.clock < known && peek_struct(run, view, size)) {
            if (view.content.ref != ContentRef::skip) {
                return true;
            }
            skip_struct(run, view, size);
        }
    }
    return std::any_of(update.deletes.begin(), update.deletes.end(), [&](const WireRange& range) {
        return range.clock < clock_of(state_vector, range.client);
    });
}

StateVector state_vector_of(const UpdateLayout& update) {
    StateVector clocks;
    for (auto entry = update.runs.rbegin(); entry != update.runs.rend(); ++entry) {
        StructRun run = *entry;
        if (run.clock != 0) {
            continue;
        }
        StructView view;
        std::size_t size = 0;
        while (!run.plain && !run.at_end() && peek_struct(run, view, size) &&
               view.content.ref != ContentRef::skip) {
            skip_struct(run, view, size);
        }
        const std::uint64_t clock = run.plain ? run.end : run.clock;
        if (clock != 0) {
            clocks.push_back({run.client, clock});
        }
    }
    return clocks;
}

}  // namespace weft::yjs
