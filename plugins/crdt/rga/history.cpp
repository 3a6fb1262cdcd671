// Comparing states of one document: restoring one, showing what is different, and positions that survive edits. All of it
// rests on tombstones: a later state still has every character of an earlier one, in the same order.
#include "rga_crdt.hpp"
#include "rga_replica.hpp"
#include "utf8.hpp"

#include <weft/json_text.hpp>

#include <algorithm>

namespace weft::rga {
namespace {

/// Neighbouring characters of one author that fared alike.
struct Difference {
    bool before = false;  // visible there
    bool after = false;
    Id first;
    std::string_view text;
};

/// From `id` on within its span: whether it is visible, and for how many characters that is the same.
struct Visibility {
    bool visible = false;
    std::uint64_t length = 0;
};

Visibility visibility_of(const Sequence& state, const Id& id) {
    const std::uint64_t clock = state.clock_of(id.actor);
    if (id.clock >= clock) {
        return {false, all_units};
    }
    const Span& span = state.span_of(id);
    return {!span.erased, span.last().clock + 1 - id.clock};
}

/// Walks over all characters of a root in `whole`, which has those of both states.
template <class Call>
void compare(const Sequence& whole, std::uint32_t root, const Sequence& before,
             const Sequence& after, Call&& call) {
    for (SpanIndex at = whole.first(root); at != no_span; at = whole.span(at).next) {
        const Span& span = whole.span(at);
        std::string_view rest = whole.text(span);
        for (std::uint64_t done = 0; done < span.length;) {
            const Id id{span.id.actor, span.id.clock + done};
            const Visibility was = visibility_of(before, id);
            const Visibility is = visibility_of(after, id);
            const std::uint64_t length = std::min({was.length, is.length, span.length - done});
            const std::size_t bytes = offset_of_character(rest, length);
            if (was.visible || is.visible) {
                call(Difference{was.visible, is.visible, id, rest.substr(0, bytes)});
            }
            rest.remove_prefix(bytes);
            done += length;
        }
    }
}

std::uint64_t units_of(std::string_view text) {
    return measure(text)->units;
}

/// Who erased each character; of several, the first actor.
class Erasers {
public:
    explicit Erasers(const Sequence& sequence) {
        sequence.each_erase([this](const Operation& erase) {
            const std::uint64_t begin = erase.target.clock;
            add_range(done_[erase.target.actor], begin, begin + erase.length,
                      [&](std::uint64_t from, std::uint64_t) {
                          by_[{erase.target.actor, from}] = erase.id.actor;
                      });
        });
    }

    std::uint64_t of(const Id& erased) const { return std::prev(by_.upper_bound(erased))->second; }

private:
    std::map<std::uint64_t, Sequence::Ranges> done_;
    std::map<Id, std::uint64_t> by_;  // from this character on
};

/// The changes of one text as JSON, neighbours alike joined.
class Changes {
public:
    void add(std::string_view what, std::uint64_t actor, std::string_view text) {
        if (what != what_ || actor != actor_) {
            flush();
            what_ = what;
            actor_ = actor;
        }
        text_ += text;
    }
    /// Empty when nothing but `keep` was added.
    std::string finish() {
        flush();
        return differs_ ? "[" + json_ + "]" : std::string();
    }

private:
    void flush() {
        if (text_.empty()) {
            return;
        }
        json_ += json_.empty() ? "" : ",";
        if (what_ == "keep") {
            json_ += "{\"keep\":" + std::to_string(units_of(text_)) + "}";
        } else {
            differs_ = true;
            json_ += "{\"" + std::string(what_) + "\":";
            append_json_string(json_, text_);
            json_ += ",\"actor\":\"" + std::to_string(actor_) + "\"}";
        }
        text_.clear();
    }

    std::string json_;
    std::string_view what_;
    std::uint64_t actor_ = 0;
    std::string text_;
    bool differs_ = false;
};

Result<std::unique_ptr<RgaReplica>> replica_of(std::initializer_list<BytesView> states) {
    auto replica = std::make_unique<RgaReplica>(ReplicaOptions{});
    const Result<void> loaded = replica->load({states.begin(), states.size()});
    if (!loaded) {
        return loaded.error();
    }
    return replica;
}

}  // namespace

Result<void> RgaCrdt::restore(Replica& replica, BytesView state, Bytes& out) const {
    auto& own = static_cast<RgaReplica&>(replica);
    const auto target = replica_of({state});
    if (!target) {
        return target.error();
    }
    for (const auto& [actor, clock] : (*target)->sequence().state_vector()) {
        if (clock > own.sequence().clock_of(actor)) {
            return Error{Code::missing, "the state has operations that this replica lacks", 0};
        }
    }
    std::vector<Edit> edits;
    for (const auto& [name, root] : own.sequence().roots()) {
        if (own.content(name) == (*target)->content(name)) {
            continue;  // perhaps by other characters, as after an earlier restore
        }
        std::uint64_t position = 0;
        compare(own.sequence(), root, own.sequence(), (*target)->sequence(),
                [&, &name = name](const Difference& part) {
                    if (!part.after) {
                        edits.push_back(Edit::delete_text(name, position, units_of(part.text)));
                        return;
                    }
                    if (!part.before) {
                        edits.push_back(Edit::insert_text(name, position, part.text));
                    }
                    position += units_of(part.text);
                });
    }
    return own.edit(edits, out);
}

Result<std::string> RgaCrdt::diff_view(BytesView before, BytesView after) const {
    const auto old_one = replica_of({before});
    const auto new_one = replica_of({after});
    const auto both = replica_of({before, after});
    for (const auto* made : {&old_one, &new_one, &both}) {
        if (!*made) {
            return made->error();
        }
    }
    const Sequence& whole = (*both)->sequence();
    const Erasers erasers(whole);
    std::string json;
    for (const auto& [name, root] : whole.roots()) {
        Changes changes;
        compare(whole, root, (*old_one)->sequence(), (*new_one)->sequence(),
                [&](const Difference& part) {
                    if (part.before && part.after) {
                        changes.add("keep", 0, part.text);
                    } else if (part.after) {
                        changes.add("insert", part.first.actor, part.text);
                    } else {
                        changes.add("delete", erasers.of(part.first), part.text);
                    }
                });
        const std::string changed = changes.finish();
        if (!changed.empty()) {
            json += json.empty() ? "" : ",";
            append_json_string(json, name);
            json += ":" + changed;
        }
    }
    return "{" + json + "}";
}

// ---- anchors ----

// An anchor:  varstring root, u8 0                                    the beginning
//                           | u8 1                                    the end
//                           | u8 2, varuint actor, varuint clock      behind this character
//                           | u8 3, varuint actor, varuint clock      in front of it

Result<void> RgaCrdt::anchor(const Replica& replica, std::string_view root, std::uint64_t position,
                             AnchorSide side, Bytes& out) const {
    const Sequence& sequence = static_cast<const RgaReplica&>(replica).sequence();
    const auto id = sequence.find_root(root);
    if (!id) {
        return Error{Code::not_found, "the document has no root \"" + std::string(root) + "\"", 0};
    }
    const std::uint64_t end = sequence.units(*id);
    if (position > end) {
        return Error{Code::invalid, "the position is beyond the text's end", 0};
    }
    Writer writer(out);
    writer.varstring(root);
    const bool behind = side == AnchorSide::before;
    if (position == (behind ? 0 : end)) {
        writer.u8(behind ? 0 : 1);
        return {};
    }
    std::uint64_t left = behind ? position - 1 : position;  // units before the one that holds it
    SpanIndex at = sequence.first(*id);
    for (; left >= sequence.span(at).visible_units(); at = sequence.span(at).next) {
        left -= sequence.span(at).visible_units();
    }
    const Span& span = sequence.span(at);
    const std::string_view text = sequence.text(span);
    std::uint64_t character = 0;
    for (std::size_t byte = 0; left > 0; ++character) {
        const std::size_t bytes = bytes_of_character(text[byte]);
        const std::uint64_t wide = bytes == 4 ? 2 : 1;
        if (wide > left) {
            break;  // inside the character: that one holds it
        }
        left -= wide;
        byte += bytes;
    }
    writer.u8(behind ? 2 : 3);
    writer.varuint(span.id.actor);
    writer.varuint(span.id.clock + character);
    return {};
}

Result<Anchors::Place> RgaCrdt::position(const Replica& replica, BytesView anchor) const {
    const Sequence& sequence = static_cast<const RgaReplica&>(replica).sequence();
    Reader reader(anchor);
    Place place;
    place.root = reader.varstring();
    const std::uint8_t kind = reader.u8();
    const Id held = kind >= 2 ? Id{reader.varuint(), reader.varuint()} : Id{};
    if (!reader.ok() || !reader.at_end() || kind > 3) {
        return Error::malformed("this is no anchor");
    }
    const auto root = sequence.find_root(place.root);
    const bool known = root && (kind < 2 || (held.clock < sequence.clock_of(held.actor) &&
                                             sequence.are_characters(held, 1)));
    if (!known || (kind >= 2 && sequence.span_of(held).root != *root)) {
        return Error{Code::missing, "what the anchor holds on to is not here yet", 0};
    }
    if (kind < 2) {
        place.position = kind == 0 ? 0 : sequence.units(*root);
        return place;
    }
    const Span& holder = sequence.span_of(held);
    for (SpanIndex at = sequence.first(*root); &sequence.span(at) != &holder;
         at = sequence.span(at).next) {
        place.position += sequence.span(at).visible_units();
    }
    if (!holder.erased) {
        const std::uint64_t before = held.clock - holder.id.clock + (kind == 2 ? 1 : 0);
        const std::string_view text = sequence.text(holder);
        place.position += units_of(text.substr(0, offset_of_character(text, before)));
    }
    return place;
}

}  // namespace weft::rga
