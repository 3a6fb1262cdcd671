#include "delivery.hpp"

#include <algorithm>

namespace weft::rga {
namespace {

constexpr std::uint64_t entry_bytes = 96;  // of a parked run, beside its update

}  // namespace

Result<Delivery::Plan> Delivery::plan(const Sequence& sequence,
                                      const std::vector<OperationRun>& runs) {
    Plan plan;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        plan.work_.push_back({*run, false});
    }
    while (!plan.work_.empty()) {
        const Run run = plan.work_.back();
        plan.work_.pop_back();
        const Outcome outcome = follow(run, sequence, plan);
        // What was parked came from elsewhere: if it turns out to be malformed the rest of it is forgotten.
        if (outcome == Outcome::malformed && !run.was_parked) {
            put_back(plan);
            return Error::malformed("an operation of actor " +
                                    std::to_string(run.operations.actor) +
                                    " refers to what is no character");
        }
        wake(run.operations.actor, sequence, plan);
    }
    for (const auto& [waiting, run] : plan.waiting_) {
        plan.parks = plan.parks || !run.was_parked;
    }
    for (const OperationRun& run : plan.ready) {
        plan.actors.push_back(run.actor);
    }
    std::sort(plan.actors.begin(), plan.actors.end());
    plan.actors.erase(std::unique(plan.actors.begin(), plan.actors.end()), plan.actors.end());
    return plan;
}

/// Plans the operations of a run up to one that must wait.
Delivery::Outcome Delivery::follow(Run run, const Sequence& sequence, Plan& plan) {
    Plan::Actor& actor = planned(run.operations.actor, sequence, plan);
    OperationRun rest = run.operations;
    OperationRun ready = rest;
    const auto finish = [&](const OperationRun& end) {
        ready.bytes = ready.bytes.first(ready.bytes.size() - end.bytes.size());
        if (!ready.bytes.empty()) {
            plan.ready.push_back(ready);
            plan.releases = plan.releases || run.was_parked;
        }
    };
    while (!rest.at_end()) {
        const OperationRun here = rest;
        Operation operation;
        rest.next(operation);
        if (operation.end() <= actor.clock) {
            plan.repeats = plan.repeats || !run.was_parked;
            ready = rest;
            continue;
        }
        if (operation.id.clock < actor.clock) {
            plan.repeats = plan.repeats || !run.was_parked;
            operation = operation.without(actor.clock - operation.id.clock);
        }
        Id missing{operation.id.actor, operation.id.clock - 1};
        if (operation.id.clock > actor.clock || !finds_all(operation, sequence, plan, missing)) {
            finish(here);
            Run& waiting = plan.waiting_.try_emplace({missing, operation.id}).first->second;
            if (waiting.operations.bytes.size() < here.bytes.size()) {
                waiting = {here, run.was_parked};
            }
            return Outcome::done;
        }
        if (!refers_to_characters(operation, sequence, plan)) {
            finish(here);
            return Outcome::malformed;
        }
        plan.bytes += Sequence::bytes_for(operation);
        if (!operation.inserts()) {
            actor.erases.push_back(operation.id.clock);
        }
        actor.clock = operation.end();
    }
    finish(rest);
    return Outcome::done;
}

Delivery::Plan::Actor& Delivery::planned(std::uint64_t actor, const Sequence& sequence,
                                         Plan& plan) {
    const auto [at, added] = plan.planned_.try_emplace(actor);
    if (added) {
        at->second.clock = sequence.clock_of(actor);
    }
    return at->second;
}

bool Delivery::finds_all(const Operation& operation, const Sequence& sequence, Plan& plan,
                         Id& missing) {
    if (operation.kind == Operation::Kind::insert_first) {
        return true;
    }
    missing = operation.last_target();
    return missing.clock < planned(missing.actor, sequence, plan).clock;
}

/// All that it refers to is known or planned.
bool Delivery::refers_to_characters(const Operation& operation, const Sequence& sequence,
                                    const Plan& plan) {
    if (operation.kind == Operation::Kind::insert_first) {
        return true;
    }
    const Id first = operation.target;
    const std::uint64_t end = operation.last_target().clock + 1;
    const auto& erases = plan.planned_.at(first.actor).erases;
    const auto erase = std::lower_bound(erases.begin(), erases.end(), first.clock);
    if (erase != erases.end() && *erase < end) {
        return false;
    }
    const std::uint64_t known = std::min(end, sequence.clock_of(first.actor));
    return first.clock >= known || sequence.are_characters(first, known - first.clock);
}

/// Adds to the work whoever waited for what is planned of this actor by now.
void Delivery::wake(std::uint64_t actor, const Sequence& sequence, Plan& plan) {
    const std::uint64_t clock = planned(actor, sequence, plan).clock;
    const Waiting first{{actor, 0}, {}};
    const Waiting last{{actor, clock}, {}};
    for (auto at = plan.waiting_.lower_bound(first); at != plan.waiting_.lower_bound(last);) {
        plan.work_.push_back(at->second);
        at = plan.waiting_.erase(at);
    }
    for (auto at = parked_.lower_bound(first); at != parked_.lower_bound(last);) {
        const auto next = std::next(at);
        bytes_ -= at->second.size() + entry_bytes;
        plan.taken_.push_back(parked_.extract(at));
        const auto runs = read_update(plan.taken_.back().mapped());  // checked when it was parked
        for (const OperationRun& run : *runs) {
            plan.work_.push_back({run, true});
        }
        at = next;
    }
}

void Delivery::put_back(Plan& plan) {
    for (Parked::node_type& node : plan.taken_) {
        bytes_ += node.mapped().size() + entry_bytes;
        parked_.insert(std::move(node));
    }
    plan.taken_.clear();
}

bool Delivery::accept(Plan& plan) {
    bool all = true;
    for (const auto& [waiting, run] : plan.waiting_) {
        all = park(waiting, run.operations) && all;
    }
    return all;
}

/// Of two runs that begin alike the longer one stays.
bool Delivery::park(const Waiting& waiting, const OperationRun& run) {
    Bytes update;
    UpdateWriter writer(update);
    add_runs({run}, {}, writer);
    writer.finish();
    const auto known = parked_.find(waiting);
    if (known != parked_.end() && known->second.size() >= update.size()) {
        return true;
    }
    const std::uint64_t before = known == parked_.end() ? 0 : known->second.size() + entry_bytes;
    const std::uint64_t bytes = bytes_ - before + update.size() + entry_bytes;
    if (max_bytes_ != 0 && bytes > max_bytes_) {
        return false;
    }
    bytes_ = bytes;
    parked_.insert_or_assign(waiting, std::move(update));
    return true;
}

std::vector<BytesView> Delivery::parked() const {
    std::vector<BytesView> updates;
    for (const auto& [waiting, update] : parked_) {
        updates.emplace_back(update);
    }
    return updates;
}

}  // namespace weft::rga
