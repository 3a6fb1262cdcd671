#include "kernel/host/plugin_crdt.hpp"

#include <weft/codec.hpp>
#include <weft/detail/values.hpp>

namespace weft {
namespace {

using detail::from_c;
using detail::GrowingSink;
using detail::SmallArray;
using detail::to_c;
using detail::to_code;

constexpr std::size_t few_updates = 8;

class LentUpdates {
public:
    explicit LentUpdates(std::span<const BytesView> updates) : lent_(updates.size()) {
        for (std::size_t i = 0; i < updates.size(); ++i) {
            lent_[i] = to_c(updates[i]);
        }
    }
    const weft_bytes* data() { return lent_.data(); }
    std::size_t size() const { return lent_.size(); }

private:
    SmallArray<weft_bytes, few_updates> lent_;
};

// A call that writes to a sink and fills an error. After a failure `out` is as it was.
template <class Container, class Call>
Result<void> write_to(Container& out, Call&& call) {
    const std::size_t before = out.size();
    weft_error error;
    error.message[0] = '\0';
    error.retry_after_ms = 0;
    weft_code code = WEFT_OK;
    {
        GrowingSink sink(out);
        code = call(sink.c(), &error);
    }
    if (code != WEFT_OK) {
        out.resize(before);
    }
    return detail::to_result(code, error);
}

template <class Call>
Result<std::string> text_of(Call&& call) {
    std::string text;
    if (const auto done = write_to(text, call); !done) {
        return done.error();
    }
    return text;
}

template <class Call>
Result<void> checked(Call&& call) {
    weft_error error;
    error.message[0] = '\0';
    error.retry_after_ms = 0;
    const weft_code code = call(&error);
    return detail::to_result(code, error);
}

void take(const weft_applied& from, Applied& to) {
    to.code = to_code(from.code);
    to.effective = from_c(from.effective);
    to.verbatim = (from.flags & WEFT_APPLIED_VERBATIM) != 0;
    to.parked = (from.flags & WEFT_APPLIED_PARKED) != 0;
    to.released = (from.flags & WEFT_APPLIED_RELEASED) != 0;
    to.parked_dropped = (from.flags & WEFT_APPLIED_PARKED_DROPPED) != 0;
    to.parked_bytes = from.parked_bytes;
    to.message.clear();
    if (from.message.size != 0) {
        to.message = from_c(from.message);
    }
}

class PluginReplica final : public Replica {
public:
    PluginReplica(const weft_crdt_calls& calls, weft_replica* replica)
        : calls_(calls), replica_(replica) {}
    PluginReplica(const PluginReplica&) = delete;
    PluginReplica& operator=(const PluginReplica&) = delete;
    ~PluginReplica() override { calls_.replica_destroy(replica_); }

    void apply(std::span<const BytesView> updates, std::span<Applied> applied) override {
        LentUpdates lent(updates);
        SmallArray<weft_applied, few_updates> answers(updates.size());
        calls_.apply(replica_, lent.data(), lent.size(), answers.data());
        for (std::size_t i = 0; i < updates.size(); ++i) {
            take(answers[i], applied[i]);
        }
    }

    Result<void> load(std::span<const BytesView> updates) override {
        LentUpdates lent(updates);
        return checked([&](weft_error* error) {
            return calls_.load(replica_, lent.data(), lent.size(), error);
        });
    }

    void state_vector(Bytes& out) const override {
        // Nothing is a state vector too: whoever gets it sends everything.
        static_cast<void>(write_to(out, [&](weft_sink* sink, weft_error* error) {
                              return calls_.state_vector(replica_, sink, error);
                          }).ok());
    }

    Result<void> diff(BytesView state_vector, Bytes& out) const override {
        return write_to(out, [&](weft_sink* sink, weft_error* error) {
            return calls_.diff(replica_, to_c(state_vector), sink, error);
        });
    }

    Result<std::string> text(std::string_view root, std::uint64_t position,
                             std::uint64_t units) const override {
        return text_of([&](weft_sink* sink, weft_error* error) {
            return calls_.text(replica_, to_c(root), position, units, sink, error);
        });
    }

    Result<std::string> json(std::string_view root) const override {
        return text_of([&](weft_sink* sink, weft_error* error) {
            return calls_.json(replica_, to_c(root), sink, error);
        });
    }

    std::vector<RootInfo> roots() const override {
        Bytes bytes;
        const auto written = write_to(bytes, [&](weft_sink* sink, weft_error* error) {
            return calls_.roots(replica_, sink, error);
        });
        std::vector<RootInfo> roots;
        Reader reader(bytes);
        while (written && reader.ok() && !reader.at_end()) {
            const std::string_view name = reader.varstring();
            const std::string_view kind = reader.varstring();
            if (reader.ok()) {
                roots.push_back({std::string(name), std::string(kind)});
            }
        }
        return roots;
    }

    Result<void> edit(std::string_view root, std::span<const TextEdit> edits, Bytes& out) override {
        SmallArray<weft_text_edit, few_updates> lent(edits.size());
        for (std::size_t i = 0; i < edits.size(); ++i) {
            lent[i] = {edits[i].position, edits[i].delete_units,
                       to_c(std::string_view(edits[i].insert))};
        }
        return write_to(out, [&](weft_sink* sink, weft_error* error) {
            return calls_.edit(replica_, to_c(root), lent.data(), lent.size(), sink, error);
        });
    }

    Digest digest() const override {
        Digest digest{};
        static_cast<void>(checked([&](weft_error* error) {
                              return calls_.digest(replica_, digest.data(), error);
                          }).ok());
        return digest;
    }

    std::uint64_t memory_bytes() const override { return calls_.memory_bytes(replica_); }

private:
    const weft_crdt_calls& calls_;
    weft_replica* const replica_;
};

}  // namespace

std::unique_ptr<Replica> PluginCrdt::create_replica(const ReplicaOptions& options) const {
    const weft_replica_options lent{sizeof(weft_replica_options), 0, options.actor,
                                    options.max_bytes, options.max_parked_bytes};
    weft_replica* replica = nullptr;
    const auto made = checked(
        [&](weft_error* error) { return calls_.replica_create(self_, &lent, &replica, error); });
    if (!made || replica == nullptr) {
        return nullptr;
    }
    return std::make_unique<PluginReplica>(calls_, replica);
}

Result<void> PluginCrdt::merge(std::span<const BytesView> updates, Bytes& out) const {
    LentUpdates lent(updates);
    return write_to(out, [&](weft_sink* sink, weft_error* error) {
        return calls_.merge(self_, lent.data(), lent.size(), sink, error);
    });
}

Result<void> PluginCrdt::check(BytesView update) const {
    return checked([&](weft_error* error) { return calls_.check(self_, to_c(update), error); });
}

Result<bool> PluginCrdt::overlaps(BytesView update, BytesView state_vector) const {
    std::uint32_t overlaps = 0;
    const auto done = checked([&](weft_error* error) {
        return calls_.overlaps(self_, to_c(update), to_c(state_vector), &overlaps, error);
    });
    if (!done) {
        return done.error();
    }
    return overlaps != 0;
}

}  // namespace weft
