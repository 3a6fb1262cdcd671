#include "kernel/doctor/salvage.hpp"

#include "kernel/document/store_health.hpp"
#include "kernel/history/past.hpp"

#include <algorithm>
#include <utility>

namespace weft {

namespace {

class Salvager {
public:
    Salvager(OfflineStore& store, const Examination& seen)
        : store_(store), seen_(seen), position_(seen.sound_until) {
        saved_.replica = seen.crdt->create_replica({});
    }

    Result<Salvage> run() {
        if (seen_.present_loads) {
            const auto loaded = store_.load({name(), seen_.head().seq});
            auto replica = loaded ? replay(*seen_.crdt, loaded->parts) : loaded.error();
            if (!replica) {
                return replica.error();
            }
            saved_.replica = std::move(*replica);
            return std::move(saved_);
        }
        static_cast<void>(take_all_of(*seen_.replica));
        if (!seen_.keyframes.empty() && seen_.keyframes.back() > position_) {
            take_keyframe(seen_.keyframes.back());
        }
        while (position_ < seen_.head().seq) {
            if (const auto taken = take_next(); !taken) {
                return taken.error();
            }
        }
        return std::move(saved_);
    }

private:
    const std::string& name() const { return seen_.head().document; }

    bool take(BytesView update) {
        Applied applied;
        saved_.replica->apply({&update, 1}, {&applied, 1});
        return applied.code == Code::ok && !applied.parked;
    }

    bool take_all_of(const Replica& replica) {
        Bytes update;
        return replica.diff({}, update) && take(update);
    }

    void take_keyframe(std::uint64_t seq) {
        auto loaded = store_.load({name(), seq});
        if (!loaded || loaded->parts.empty()) {
            return;
        }
        loaded->parts.resize(1);
        const auto replica = replay(*seen_.crdt, loaded->parts);
        if (replica && take_all_of(**replica)) {
            position_ = seq;
        }
    }

    Result<void> take_next() {
        const auto part = part_behind(position_);
        if (part) {
            saved_.seqs_lost += part->seqs.first - std::min(part->seqs.first, position_ + 1);
            saved_.seqs_lost += take(part->bytes.view()) ? 0 : part->seqs.count();
            position_ = part->seqs.last;
            return {};
        }
        if (is_temporary(part.error().code)) {
            return part.error();
        }
        const std::uint64_t next = next_readable();
        saved_.seqs_lost += next - position_;
        position_ = next;
        return {};
    }

    Result<StoredPart> part_behind(std::uint64_t seq) {
        auto parts = store_.read({name(), seq, 1, seq + 1});
        if (!parts) {
            return parts.error();
        }
        if (parts->empty()) {
            return Error{Code::missing, "nothing is stored", 0};
        }
        return std::move(parts->front());
    }

    /// The first seq behind which something can be read, or the head. Found in steps that double, then by halves.
    std::uint64_t next_readable() {
        const std::uint64_t head = seen_.head().seq;
        std::uint64_t unreadable = position_;
        std::uint64_t step = 1;
        while (unreadable + step < head && !part_behind(unreadable + step)) {
            unreadable += step;
            step *= 2;
        }
        std::uint64_t readable = std::min(unreadable + step, head);
        while (readable - unreadable > 1) {
            const std::uint64_t middle = unreadable + (readable - unreadable) / 2;
            (part_behind(middle) ? readable : unreadable) = middle;
        }
        return readable;
    }

    OfflineStore& store_;
    const Examination& seen_;
    std::uint64_t position_;  // up to here everything was taken, or is lost
    Salvage saved_;
};

}  // namespace

Result<Salvage> salvage(OfflineStore& store, const Examination& seen) {
    return Salvager(store, seen).run();
}

}  // namespace weft
