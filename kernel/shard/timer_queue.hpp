#pragma once

#include "kernel/shard/executor.hpp"

#include <map>
#include <optional>
#include <unordered_map>

namespace weft {

/// Timers in the order of their time, then of their making. Used by one thread.
class TimerQueue {
public:
    TimerId add(Time at, UniqueFunction<void()> task) {
        const TimerId id = ++last_id_;
        const Key key{at, id};
        tasks_.emplace(key, std::move(task));
        keys_.emplace(id, key);
        return id;
    }

    void cancel(TimerId id) {
        const auto found = keys_.find(id);
        if (found != keys_.end()) {
            tasks_.erase(found->second);
            keys_.erase(found);
        }
    }

    std::optional<Time> next() const {
        return tasks_.empty() ? std::nullopt : std::optional(tasks_.begin()->first.at);
    }

    /// The first task that is due, if any, taken out.
    UniqueFunction<void()> take_due(Time now) {
        if (tasks_.empty() || tasks_.begin()->first.at > now) {
            return {};
        }
        auto first = tasks_.begin();
        auto task = std::move(first->second);
        keys_.erase(first->first.id);
        tasks_.erase(first);
        return task;
    }

    std::size_t size() const { return tasks_.size(); }

private:
    struct Key {
        Time at;
        TimerId id;
        auto operator<=>(const Key&) const = default;
    };

    std::map<Key, UniqueFunction<void()>> tasks_;
    std::unordered_map<TimerId, Key> keys_;  // looked up, never iterated
    TimerId last_id_ = 0;
};

}  // namespace weft
