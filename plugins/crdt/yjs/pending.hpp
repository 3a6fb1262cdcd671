// Parked parts: structs and deletes whose dependencies have not arrived.
//
// Each run of structs waits for exactly one unit that is missing. When that unit's client gets there, the run is tried
// again from where it stopped, so every struct is looked at a bounded number of times however many runs are parked.
#pragma once

#include "update_decoder.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace weft::yjs {

class Pending {
public:
    using RunId = std::uint64_t;

    /// A run to be tried. While an update is being applied its runs point into the update; what is parked is a copy.
    struct Run {
        StructRun structs;
        Bytes owned;              // what `structs` points into, once parked
        std::uint64_t end = 0;    // of the last struct, once parked
        bool was_parked = false;  // by an earlier update
    };

    bool empty() const { return runs_.empty(); }
    std::uint64_t memory_bytes() const { return memory_bytes_; }

    /// Lets `run` wait until the state of `missing.client` is above `missing.clock`.
    void wait(Run run, const WireId& missing);

    /// Takes a run that waited for a clock of `client` below `state`.
    std::optional<Run> take_ready(std::uint64_t client, std::uint64_t state);

    /// What became of the runs of one update that still wait at its end.
    struct Parked {
        bool any = false;
        bool dropped = false;
    };

    /// Copies the runs that are still borrowed, except what is parked already; drops them beyond `max_bytes` (0: no limit).
    Parked park_borrowed(std::uint64_t max_bytes);

    /// Remembers a delete of units that have not arrived. False if that is beyond `max_bytes`.
    bool park_delete(const WireRange& range, std::uint64_t max_bytes);

    bool has_deletes() const { return !deletes_.empty(); }

    /// Takes the parts of parked deletes of `client` that are below `state`.
    std::vector<WireRange> take_deletes(std::uint64_t client, std::uint64_t state);

    /// Appends all that is parked as updates, for export.
    std::vector<Bytes> as_updates() const;

private:
    using Wait = std::tuple<std::uint64_t, std::uint64_t, RunId>;  // client, clock

    bool is_parked(const StructRun& run, std::uint64_t end) const;

    struct Waiting {
        Run run;
        WireId missing;
    };

    std::map<RunId, Waiting> runs_;
    std::set<Wait> waits_;
    std::map<WireId, RunId> starts_;  // of parked runs: to know what comes again
    std::vector<RunId> borrowed_;
    std::map<std::uint64_t, std::map<std::uint64_t, std::uint64_t>>
        deletes_;  // client → clock → end
    std::uint64_t memory_bytes_ = 0;
    RunId next_id_ = 0;
};

}  // namespace weft::yjs
