#include "histories.hpp"

#include <weft/codec.hpp>

#include <algorithm>
#include <string>

namespace weft::wasm_test {
namespace {

/// Splitmix64: the same numbers with any word size.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }

    template <std::size_t N>
    std::string pick(const char* const (&choices)[N]) {
        return choices[below(N)];
    }

private:
    std::uint64_t state_;
};

constexpr const char* texts[] = {"a", "word ", "naïve", "日本", "\U0001F600", "line\n", "xyz"};
constexpr const char* values[] = {
    "1", "-0.5", "1e21", "\"text\"", "true", "null", "[1,{\"deep\":[2.25]}]", "{\"b\":1,\"a\":2}"};
constexpr const char* formats[] = {
    "", "", "", R"({"bold":true})", R"({"bold":null})", R"({"size":1.5,"font":"x"})"};
constexpr const char* keys[] = {"a", "b", "longer key"};
constexpr const char* types[] = {"", "", "", "map", "array", "text"};
constexpr const char* roots[] = {"list", "map", "text", "tree"};

class History {
public:
    History(const Crdt& crdt, std::uint64_t seed, Bytes& log)
        : crdt_(crdt), random_(seed), writer_(log) {
        for (std::uint64_t i = 0; i < 3; ++i) {
            ReplicaOptions options;
            options.actor = 1 + (random_.next() & 0xffffffff);
            replicas_.push_back(crdt.create_replica(options));
        }
    }

    void run() {
        const std::uint64_t steps = 20 + random_.below(100);
        for (std::uint64_t step = 0; step < steps; ++step) {
            const std::uint64_t kind = random_.below(10);
            if (kind < 6 || updates_.empty()) {
                edit(any_replica());
            } else if (kind < 9) {
                deliver(any_replica());
            } else {
                // One statement each: arguments have no order of their own.
                Replica& to = any_replica();
                const Replica& from = any_replica();
                synchronize(to, from);
            }
        }
        damage();
        bring_together();
    }

private:
    Replica& any_replica() { return *replicas_[random_.below(replicas_.size())]; }

    void edit(Replica& replica) {
        std::vector<Edit> edits;
        for (std::uint64_t count = 1 + random_.below(3); count > 0; --count) {
            edits.push_back(random_edit(replica));
        }
        Bytes update;
        log_code(replica.edit(edits, update));
        log_bytes(update);
        if (!update.empty()) {
            updates_.push_back(std::move(update));
        }
    }

    /// Mostly of a text: the types that an algorithm lacks it refuses, and that is logged too.
    Edit random_edit(const Replica& replica) {
        Edit edit;
        edit.kind = random_.chance(60)
                        ? (random_.chance(60) ? EditKind::text_insert : EditKind::text_delete)
                        : static_cast<EditKind>(1 + random_.below(13));
        edit.root = root_of(edit.kind);
        const std::uint64_t length = length_of(replica, edit.root);
        edit.position = random_.below(length + 1);
        edit.length = std::min(1 + random_.below(4), length - edit.position);
        edit.key = random_.pick(keys);
        edit.text = random_.pick(texts);
        edit.value = random_.pick(values);
        if (edit.kind == EditKind::array_insert) {
            edit.value = "[" + edit.value + "," + random_.pick(values) + "]";
        }
        if (edit.kind <= EditKind::text_format) {
            edit.attributes = random_.pick(formats);
        }
        if (edit.kind == EditKind::map_set || edit.kind == EditKind::array_insert) {
            edit.type = random_.pick(types);
        }
        return edit;
    }

    static const char* root_of(EditKind kind) {
        if (kind <= EditKind::text_format) {
            return "text";
        }
        if (kind <= EditKind::map_delete) {
            return "map";
        }
        return kind <= EditKind::array_delete ? "list" : "tree";
    }

    /// Of a text in UTF-16 units; of anything else a guess, which may be refused.
    std::uint64_t length_of(const Replica& replica, const std::string& root) {
        if (root != "text") {
            return random_.below(4);
        }
        const Result<std::string> text = replica.text(root, 0, all_units);
        std::uint64_t units = 0;
        for (const char character : text ? *text : std::string()) {
            const auto byte = static_cast<std::uint8_t>(character);
            units += (byte & 0xc0) != 0x80;
            units += byte >= 0xf0;
        }
        return units;
    }

    /// Some updates in any order, some of them twice, some merged: parts may have to wait.
    void deliver(Replica& replica) {
        std::vector<BytesView> views;
        for (std::uint64_t count = 1 + random_.below(5); count > 0; --count) {
            views.push_back(updates_[random_.below(updates_.size())]);
        }
        Bytes merged;
        if (random_.chance(30)) {
            log_code(crdt_.merge(views, merged));
            log_bytes(merged);
            views = {merged};
        }
        apply(replica, views);
    }

    void apply(Replica& replica, const std::vector<BytesView>& views) {
        std::vector<Applied> applied(views.size());
        replica.apply(views, applied);
        for (const Applied& one : applied) {
            writer_.varuint(static_cast<std::uint64_t>(one.code));
            log_bytes(one.effective);
            writer_.u8(static_cast<std::uint8_t>(one.verbatim | one.parked << 1 |
                                                 one.released << 2 | one.parked_dropped << 3));
            for (const std::uint64_t actor : one.actors) {
                writer_.varuint(actor);
            }
        }
    }

    void synchronize(Replica& to, const Replica& from) {
        Bytes known;
        to.state_vector(known);
        Bytes missing;
        log_code(from.diff(known, missing));
        log_bytes(missing);
        const Result<bool> overlaps = crdt_.overlaps(missing, known);
        writer_.u8(overlaps && *overlaps ? 1 : 0);
        apply(to, {missing});
    }

    /// Broken updates are refused alike, or mean the same.
    void damage() {
        for (int i = 0; i < 10 && !updates_.empty(); ++i) {
            Bytes broken = updates_[random_.below(updates_.size())];
            std::uint8_t& hit = broken[random_.below(broken.size())];
            hit ^= static_cast<std::uint8_t>(1u << random_.below(8));
            log_code(crdt_.check(broken));
            const auto fresh = crdt_.create_replica({});
            apply(*fresh, {broken});
            log_replica(*fresh);
        }
    }

    void bring_together() {
        for (const auto& replica : replicas_) {
            apply(*replica, std::vector<BytesView>(updates_.begin(), updates_.end()));
            log_replica(*replica);
        }
        Bytes state;
        log_code(replicas_.front()->state(ParkedParts::left_out, state));
        const auto loaded = crdt_.create_replica({});
        const BytesView view = state;
        log_code(loaded->load({&view, 1}));
        log_replica(*loaded);
        Bytes merged;
        log_code(crdt_.merge(std::vector<BytesView>(updates_.begin(), updates_.end()), merged));
        log_bytes(merged);
    }

    void log_replica(const Replica& replica) {
        Bytes state_vector;
        replica.state_vector(state_vector);
        log_bytes(state_vector);
        Bytes state;
        log_code(replica.state(ParkedParts::included, state));
        log_bytes(state);
        const Digest digest = replica.digest();
        log_bytes(digest);
        for (const RootInfo& root : replica.roots()) {
            log_text(root.name);
            log_text(root.kind);
        }
        for (const char* root : roots) {
            const Result<std::string> json = replica.json(root);
            log_text(json ? *json : "-");
        }
        const Result<std::string> text = replica.text("text", 1, 20);
        log_text(text ? *text : "-");
    }

    void log_code(const Result<void>& result) {
        writer_.varuint(static_cast<std::uint64_t>(result ? Code::ok : result.error().code));
    }
    void log_bytes(BytesView bytes) { writer_.varbytes(bytes); }
    void log_text(std::string_view text) { writer_.varbytes(as_bytes(text)); }

    const Crdt& crdt_;
    Random random_;
    Writer writer_;
    std::vector<std::unique_ptr<Replica>> replicas_;
    std::vector<Bytes> updates_;
};

}  // namespace

void log_history(const Crdt& crdt, std::uint64_t seed, Bytes& log) {
    History(crdt, seed, log).run();
}

}  // namespace weft::wasm_test
