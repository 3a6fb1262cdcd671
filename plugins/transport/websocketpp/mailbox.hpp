#pragma once

#include "frame.hpp"
#include "slot_table.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <mutex>
#include <utility>
#include <variant>
#include <vector>

namespace weft::ws {

/// A socket bound to the io_context of its thread, without the type erasure of `tcp::socket`.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// What other threads ask of an I/O thread. Frames in them are counted in the SlotTable already.

struct AdoptCommand {
    Socket socket;
};
struct SendCommand {
    std::vector<std::pair<SlotId, FramePtr>> frames;
};
struct FanoutCommand {
    std::vector<SlotId> ids;
    FramePtr frame;
};
struct ReadingCommand {
    SlotId id;
    bool on;
};
struct CloseCommand {
    SlotId id;
    std::uint16_t code;
    std::string reason;
};
struct RespondCommand {
    SlotId id;
    HttpResponse response;
};
struct StopCommand {};

using Command = std::variant<AdoptCommand, SendCommand, FanoutCommand, ReadingCommand, CloseCommand,
                             RespondCommand, StopCommand>;

/// The way into an I/O thread: commands in order, and a wake-up only when the thread sleeps.
class Mailbox {
public:
    /// True when the thread sleeps and the caller must wake it. [any]
    bool push(Command command) {
        const std::lock_guard lock(mutex_);
        commands_.push_back(std::move(command));
        return std::exchange(asleep_, false);
    }

    /// Takes all that is there. [its thread]
    void take(std::vector<Command>& out) {
        out.clear();
        const std::lock_guard lock(mutex_);
        out.swap(commands_);
    }

    /// False when there is something to take: then do not sleep. [its thread]
    bool try_sleep() {
        const std::lock_guard lock(mutex_);
        asleep_ = commands_.empty();
        return asleep_;
    }

    /// Woken by something else than the mailbox. [its thread]
    void wake() {
        const std::lock_guard lock(mutex_);
        asleep_ = false;
    }

private:
    std::mutex mutex_;
    std::vector<Command> commands_;
    bool asleep_ = false;
};

}  // namespace weft::ws
