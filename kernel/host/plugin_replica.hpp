// A replica that lives in a plugin, as the kernel calls it.
#pragma once

#include "kernel/host/crdt_calling.hpp"

#include <weft/codec.hpp>
#include <weft/crdt.hpp>

namespace weft::calling {

inline void take(const weft_applied& from, Applied& to) {
    to.code = to_code(from.code);
    to.effective = from_c(from.effective);
    to.verbatim = (from.flags & WEFT_APPLIED_VERBATIM) != 0;
    to.parked = (from.flags & WEFT_APPLIED_PARKED) != 0;
    to.released = (from.flags & WEFT_APPLIED_RELEASED) != 0;
    to.parked_dropped = (from.flags & WEFT_APPLIED_PARKED_DROPPED) != 0;
    to.parked_bytes = from.parked_bytes;
    to.actors = {from.actors, from.actor_count};
    to.message.clear();
    if (from.message.size != 0) {
        to.message = from_c(from.message);
    }
}

inline std::uint32_t flags_of(ParkedParts parked) {
    return parked == ParkedParts::included ? WEFT_DIFF_PARKED : 0;
}

inline weft_edit lend(const Edit& edit, const weft_path_step* path) {
    weft_edit lent{};
    lent.kind = static_cast<std::uint32_t>(edit.kind);
    lent.root = to_c(std::string_view(edit.root));
    lent.path = path;
    lent.path_count = edit.path.size();
    lent.position = edit.position;
    lent.length = edit.length;
    lent.key = to_c(std::string_view(edit.key));
    lent.text = to_c(std::string_view(edit.text));
    lent.value = to_c(std::string_view(edit.value));
    lent.attributes = to_c(std::string_view(edit.attributes));
    lent.type = to_c(std::string_view(edit.type));
    return lent;
}

class PluginReplica final : public Replica {
public:
    PluginReplica(const weft_crdt_calls& calls, weft_replica* replica)
        : calls_(calls), replica_(replica) {}
    PluginReplica(const PluginReplica&) = delete;
    PluginReplica& operator=(const PluginReplica&) = delete;
    ~PluginReplica() override { calls_.replica_destroy(replica_); }

    void apply(std::span<const BytesView> updates, std::span<Applied> applied) override {
        if (updates.size() == 1) {
            const weft_bytes lent = to_c(updates.front());
            weft_applied answer;
            calls_.apply(replica_, &lent, 1, &answer);
            return take(answer, applied.front());
        }
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

    Result<void> diff(BytesView state_vector, ParkedParts parked, Bytes& out) const override {
        return write_to(out, [&](weft_sink* sink, weft_error* error) {
            return calls_.diff(replica_, to_c(state_vector), flags_of(parked), sink, error);
        });
    }

    Result<void> state(ParkedParts parked, Bytes& out) const override {
        return write_to(out, [&](weft_sink* sink, weft_error* error) {
            return calls_.state(replica_, flags_of(parked), sink, error);
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

    Result<void> edit(std::span<const Edit> edits, Bytes& out) override {
        if (edits.size() == 1 && edits.front().path.empty()) {
            const weft_edit lent = lend(edits.front(), nullptr);
            return edit(&lent, 1, out);
        }
        std::size_t step_count = 0;
        for (const Edit& edit : edits) {
            step_count += edit.path.size();
        }
        SmallArray<weft_path_step, few_steps> steps(step_count);
        SmallArray<weft_edit, few_edits> lent(edits.size());
        weft_path_step* path = steps.data();
        for (std::size_t i = 0; i < edits.size(); ++i) {
            lent[i] = lend(edits[i], path);
            for (const PathStep& step : edits[i].path) {
                *path++ = {step.by_key ? WEFT_STEP_KEY : WEFT_STEP_INDEX, 0, step.index,
                           to_c(std::string_view(step.key))};
            }
        }
        return edit(lent.data(), lent.size(), out);
    }

    Digest digest() const override {
        Digest digest{};
        static_cast<void>(checked([&](weft_error* error) {
                              return calls_.digest(replica_, digest.data(), error);
                          }).ok());
        return digest;
    }

    std::uint64_t memory_bytes() const override { return calls_.memory_bytes(replica_); }

    /// What the plugin calls it.
    weft_replica* c() const { return replica_; }

private:
    Result<void> edit(const weft_edit* edits, std::size_t count, Bytes& out) {
        return write_to(out, [&](weft_sink* sink, weft_error* error) {
            return calls_.edit(replica_, edits, count, sink, error);
        });
    }

    static constexpr std::size_t few_edits = 4;
    static constexpr std::size_t few_steps = 8;

    const weft_crdt_calls& calls_;
    weft_replica* const replica_;
};

}  // namespace weft::calling
