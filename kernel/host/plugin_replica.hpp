// A replica that lives in a plugin, as the kernel calls it.
#pragma once

#include "kernel/host/crdt_calling.hpp"

#include <weft/codec.hpp>
#include <weft/crdt.hpp>

namespace weft::calling {

/// A code that a newer plugin may have added is `internal` here.
inline void check_code(Applied& applied) {
    applied.code = to_code(static_cast<weft_code>(applied.code));
}

inline std::uint32_t flags_of(ParkedParts parked) {
    return parked == ParkedParts::included ? WEFT_DIFF_PARKED : 0;
}

class PluginReplica final : public Replica {
public:
    PluginReplica(const weft_crdt_calls& calls, weft_replica* replica)
        : calls_(calls), replica_(replica) {}
    PluginReplica(const PluginReplica&) = delete;
    PluginReplica& operator=(const PluginReplica&) = delete;
    ~PluginReplica() override { calls_.replica_destroy(replica_); }

    void apply(std::span<const BytesView> updates, std::span<Applied> applied) override {
        calls_.apply(replica_, as_c(updates), updates.size(), as_c(applied));
        for (Applied& one : applied) {
            check_code(one);
        }
    }

    Result<void> load(std::span<const BytesView> updates) override {
        return checked([&](weft_error* error) {
            return calls_.load(replica_, as_c(updates), updates.size(), error);
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

    Result<BytesView> edit(std::span<const EditView> edits) override {
        weft_bytes update{};
        weft_error error;
        prepare(error);
        const weft_code code = calls_.edit(replica_, as_c(edits), edits.size(), &update, &error);
        if (code != WEFT_OK) {
            return from_c(code, error);
        }
        return from_c(update);
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
    const weft_crdt_calls& calls_;
    weft_replica* const replica_;
};

}  // namespace weft::calling
