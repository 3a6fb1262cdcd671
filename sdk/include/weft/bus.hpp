// The bus seam: how nodes hear each other.
#pragma once

#include <weft/buffer.hpp>
#include <weft/function.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

struct BusMessage {
    std::string topic;
    Buffer payload;
};

/// What a bus tells the kernel. Called on the bus's own threads, one call at a time.
class BusEvents {
public:
    virtual ~BusEvents() = default;
    virtual void on_messages(std::span<BusMessage> messages) = 0;
    /// The link to the other nodes came up or was lost; `detail` is for the log.
    virtual void on_link(bool up, std::string_view detail) = 0;
};

/// Carries bytes per topic between nodes. A dumb pipe: it may lose, repeat and reorder messages, since
/// the store's seqs are what nodes rely on. It only has to be honest about its link, and a
/// subscription must be in force when its completion says so.
///
/// Threads   All calls from any thread [any]; they never block.
/// Lifetime  `events` outlives the bus's `stop`.
class Bus {
public:
    virtual ~Bus() = default;

    /// Whether other nodes can be reached at all. Where they cannot, nothing is published.
    virtual bool reaches_other_nodes() const = 0;

    /// Called once, before anything else.
    virtual void bind(BusEvents& events) = 0;
    virtual void publish(std::vector<BusMessage> batch) = 0;
    virtual void subscribe(std::string topic, Completion<void> done) = 0;
    virtual void unsubscribe(std::string topic, Completion<void> done) = 0;
};

}  // namespace weft
