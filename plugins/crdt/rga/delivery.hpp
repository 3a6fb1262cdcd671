// Causal delivery: an operation is integrated once all that it builds on is there. What comes too early is parked, under the id
// that it waits for, so that what arrives later looks up who waits for it instead of trying everybody.
#pragma once

#include "sequence.hpp"

#include <map>
#include <vector>

namespace weft::rga {

class Delivery {
    /// What a run of operations waits for, and its first operation.
    struct Waiting {
        Id missing;
        Id first;
        friend auto operator<=>(const Waiting&, const Waiting&) = default;
    };
    /// Each run is an update of its own.
    using Parked = std::map<Waiting, Bytes>;

public:
    struct Run {
        OperationRun operations;
        bool was_parked = false;
    };

    /// Which operations of some updates can be integrated, and in which order. Nothing is changed before it is accepted.
    class Plan {
    public:
        /// In an order in which each operation finds what it refers to; what is known already is left out.
        std::vector<OperationRun> ready;
        std::vector<std::uint64_t> actors;  // of `ready`, ascending
        std::uint64_t bytes = 0;            // that a replica may grow by
        bool repeats = false;               // some of the updates was known
        bool parks = false;                 // some of the updates must wait
        bool releases = false;              // something parked is ready

    private:
        friend class Delivery;

        struct Actor {
            std::uint64_t clock = 0;
            std::vector<std::uint64_t> erases;  // planned; their clocks, ascending
        };

        std::vector<Run> work_;
        std::map<Waiting, Run> waiting_;
        std::map<std::uint64_t, Actor> planned_;
        std::vector<Parked::node_type> taken_;  // runs may point into them
    };

    explicit Delivery(std::uint64_t max_parked_bytes) : max_bytes_(max_parked_bytes) {}

    /// `runs` of checked updates, which outlive the plan. `corrupt` when an operation refers to what is no character;
    /// nothing has changed then. Otherwise the plan is accepted or put back.
    Result<Plan> plan(const Sequence& sequence, const std::vector<OperationRun>& runs);
    /// The replica takes `ready`. Parks what must wait; false if some of it was dropped for want of room.
    bool accept(Plan& plan);
    void put_back(Plan& plan);

    /// The parked updates.
    std::vector<BytesView> parked() const;
    std::uint64_t parked_bytes() const { return bytes_; }

private:
    enum class Outcome { done, malformed };

    Outcome follow(Run run, const Sequence& sequence, Plan& plan);
    static bool finds_all(const Operation& operation, const Sequence& sequence, Plan& plan,
                          Id& missing);
    static bool refers_to_characters(const Operation& operation, const Sequence& sequence,
                                     const Plan& plan);
    static Plan::Actor& planned(std::uint64_t actor, const Sequence& sequence, Plan& plan);
    void wake(std::uint64_t actor, const Sequence& sequence, Plan& plan);
    bool park(const Waiting& waiting, const OperationRun& run);

    const std::uint64_t max_bytes_;  // 0: no limit
    Parked parked_;
    std::uint64_t bytes_ = 0;
};

}  // namespace weft::rga
