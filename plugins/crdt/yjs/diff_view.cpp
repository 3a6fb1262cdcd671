#include "diff_view.hpp"

#include "content_reader.hpp"
#include "diff_steps.hpp"
#include "json_text.hpp"
#include "json_view.hpp"
#include "text_view.hpp"
#include "yjs_crdt.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace weft::yjs {
namespace {

/// One of the two states, looked at along the lists of both.
class Side {
public:
    Side(const StructStore& whole, const StructStore& side) : store(side) {
        for (const Client& client : whole.clients) {
            clients_.push_back(side.find_client(client.id));
        }
    }

    /// Goes to a unit that `whole` names. From there `alive` and `item` are the same for so many units, up to `units_max`.
    Clock go_to(Id id, Clock units_max) {
        const ClientIndex client = clients_[id.client];
        alive = client != none && id.clock < store.clients[client].state;
        if (!alive) {
            return units_max;
        }
        handle_ = store.find({client, id.clock});
        clock_ = id.clock;
        alive = !item().deleted;
        return std::min(units_max, item().end() - id.clock);
    }

    const Item& item() const { return store.items[handle_]; }

    /// The content of the next `units` units.
    BytesView take(Clock units) {
        const Clock offset = clock_ - item().clock;
        if (!reader_ || read_ != handle_ || item().length - reader_->left() > offset) {
            reader_.emplace(store, item());
            read_ = handle_;
        }
        reader_->skip(offset - (item().length - reader_->left()));
        taken_.clear();
        reader_->take(units, taken_);
        return taken_;
    }

    const StructStore& store;
    bool alive = false;

private:
    std::vector<ClientIndex> clients_;  // of `whole`
    Handle handle_ = none;
    Clock clock_ = 0;
    std::optional<ContentReader> reader_;  // of `read_`
    Handle read_ = none;
    Bytes taken_;
};

/// The living value of each key of a type.
std::map<std::string_view, Handle> values_of(const StructStore& store, Handle type) {
    std::map<std::string_view, Handle> values;
    if (type != none) {
        for (const auto& [key, leaf] : store.types[type].map) {
            const Handle item = store.leaves[leaf].last;
            if (!store.items[item].deleted) {
                values.emplace(store.names.text(key), item);
            }
        }
    }
    return values;
}

/// Of which kind a root is, if anything is in it.
std::optional<Kind> kind_of_root(const StructStore& store, Handle type) {
    bool alive = !values_of(store, type).empty();
    for (Handle item = type == none ? none : store.types[type].start; item != none && !alive;
         item = store.items[item].right) {
        alive = !store.items[item].deleted;
    }
    return alive ? std::optional(kind_of(store, store.types[type])) : std::nullopt;
}

class Differences {
public:
    Differences(const StructStore& whole, const StructStore& before, const StructStore& after)
        : whole_(whole), before_(whole, before), after_(whole, after) {}

    Result<std::string> run() {
        std::map<std::string_view, Handle> roots;
        for (const auto& [name, type] : whole_.roots()) {
            roots.emplace(whole_.names.text(name), type);
        }
        out_ = "{";
        for (const auto& [name, type] : roots) {
            open_root(name, type);
            while (!open_.empty()) {
                if (out_.size() > diff_bytes_max) {
                    return Error{Code::limit, "there is more that differs than can be shown", 0};
                }
                go_on(open_.back());
            }
        }
        return out_ + "}";
    }

private:
    struct Key {
        std::string_view name;
        Handle before = none;
        Handle after = none;
    };

    /// A type of which the differences are being written.
    struct Frame {
        Frame(Handle before_type, Handle after_type, Handle first, std::string& out)
            : before(before_type), after(after_type), next(first), steps(out) {}

        Handle before;
        Handle after;
        bool is_text = false;  // a root that is shown as its steps alone
        bool in_list = true;
        Handle next;  // item of the list
        DiffSteps steps;
        FormatChanges formats;
        std::vector<Key> keys;
        std::size_t next_key = 0;
        bool first_key = true;
        bool differs = false;
        std::size_t key_at = 0;  // where the nested type's key begins
        bool key_was_first = true;
    };

    void open_root(std::string_view name, Handle type) {
        const Handle before = before_.store.find_root(name);
        const Handle after = after_.store.find_root(name);
        const std::optional<Kind> kind_before = kind_of_root(before_.store, before);
        const std::optional<Kind> kind_after = kind_of_root(after_.store, after);
        if (!kind_before && !kind_after) {
            return;
        }
        root_at_ = out_.size();
        out_ += out_.size() > 1 ? "," : "";
        append_json_string(out_, name);
        out_ += ':';
        const bool is_text = kind_before.value_or(Kind::text) == Kind::text &&
                             kind_after.value_or(Kind::text) == Kind::text &&
                             values_of(before_.store, before).empty() &&
                             values_of(after_.store, after).empty();
        if (!is_text) {
            out_ += "{\"before\":";
            append_root(before_.store, before);
            out_ += ",\"after\":";
            append_root(after_.store, after);
            out_ += ",\"changes\":";
        }
        open(type, before, after, is_text);
    }

    void append_root(const StructStore& store, Handle type) {
        if (type == none) {
            out_ += "null";
        } else {
            append_json(store, type, out_);
        }
    }

    void open(Handle whole, Handle before, Handle after, bool is_text) {
        open_.emplace_back(before, after, whole_.types[whole].start, out_).is_text = is_text;
        out_ += is_text ? "[" : "{\"list\":[";
    }

    void go_on(Frame& frame) {
        if (frame.in_list && frame.next != none) {
            const Item& item = whole_.items[frame.next];
            frame.next = item.right;
            compare_item(item, frame);
        } else if (frame.in_list) {
            end_list(frame);
        } else if (frame.next_key < frame.keys.size()) {
            compare_key(frame.keys[frame.next_key++], frame);
        } else {
            close(frame);
        }
    }

    // ---- lists ----

    void compare_item(const Item& item, Frame& frame) {
        for (Clock clock = item.clock; clock < item.end();) {
            Clock units = before_.go_to({item.client, clock}, item.end() - clock);
            units = after_.go_to({item.client, clock}, units);
            if (before_.alive || after_.alive) {
                compare_units(item, units, frame);
            }
            clock += units;
        }
    }

    void compare_units(const Item& item, Clock units, Frame& frame) {
        Side& side = after_.alive ? after_ : before_;
        const ContentRef ref = side.item().ref;
        if (ref == ContentRef::format) {
            set_format(side, frame.formats);
        } else if (!before_.alive) {
            frame.steps.insert(shown(side, units), ref == ContentRef::string,
                               whole_.clients[item.client].id, frame.formats.after());
        } else if (!after_.alive) {
            frame.steps.remove(shown(side, units), ref == ContentRef::string);
        } else if (ref == ContentRef::type && item.type() != none) {
            frame.steps.begin_nested(frame.formats.changes());
            open(item.type(), before_.item().type(), after_.item().type(), false);
        } else {
            frame.steps.keep(units, frame.formats.changes());
        }
    }

    void set_format(const Side& side, FormatChanges& formats) const {
        const FormatView format = read_format(side.store.content_of(side.item()));
        if (before_.alive) {
            formats.set_before(format.key, format.value);
        }
        if (after_.alive) {
            formats.set_after(format.key, format.value);
        }
    }

    /// Text as it is, other content as JSON. Good until the next call.
    std::string_view shown(Side& side, Clock units) {
        const Item& item = side.item();
        if (item.ref == ContentRef::string) {
            return as_text(side.take(units));
        }
        shown_.clear();
        if (item.type() != none) {
            append_json(side.store, item.type(), shown_);
        } else {
            append_content_json(item.ref, side.take(units), shown_);
        }
        return shown_;
    }

    // ---- keys ----

    void end_list(Frame& frame) {
        frame.in_list = false;
        frame.differs = frame.steps.finish();
        out_ += ']';
        if (frame.is_text) {
            return;
        }
        out_ += ",\"keys\":{";
        std::map<std::string_view, Key> keys;
        for (const auto& [name, item] : values_of(before_.store, frame.before)) {
            keys[name].before = item;
        }
        for (const auto& [name, item] : values_of(after_.store, frame.after)) {
            keys[name].after = item;
        }
        for (const auto& [name, key] : keys) {
            frame.keys.push_back({name, key.before, key.after});
        }
    }

    void compare_key(const Key& key, Frame& frame) {
        if (key.before != none && key.after != none) {
            const Item& before = before_.store.items[key.before];
            const Item& after = after_.store.items[key.after];
            const WireId id{before_.store.clients[before.client].id, before.clock};
            const bool same = id == WireId{after_.store.clients[after.client].id, after.clock};
            const Handle type = same && after.type() != none ? type_of(id) : none;
            if (type != none) {
                open_key(key, frame);
                out_ += "{\"changes\":";
                return open(type, before.type(), after.type(), false);
            }
            if (same || same_value(before, after)) {
                return;
            }
        }
        open_key(key, frame);
        frame.differs = true;
        out_ += '{';
        append_value("\"before\":", before_.store, key.before);
        out_ += key.before != none && key.after != none ? "," : "";
        append_value("\"after\":", after_.store, key.after);
        if (key.after != none) {
            const Item& item = after_.store.items[key.after];
            out_ += ",\"actor\":\"" + std::to_string(after_.store.clients[item.client].id) + '"';
        }
        out_ += '}';
    }

    /// The type of `whole` that an item carries.
    Handle type_of(const WireId& id) const {
        return whole_
            .items[whole_.find({whole_.find_client(id.client), static_cast<Clock>(id.clock)})]
            .type();
    }

    bool same_value(const Item& before, const Item& after) const {
        return before.ref == after.ref && before.ref != ContentRef::type &&
               before.length == after.length &&
               equal_bytes(before_.store.content_of(before), after_.store.content_of(after));
    }

    void open_key(const Key& key, Frame& frame) {
        frame.key_at = out_.size();
        frame.key_was_first = frame.first_key;
        out_ += frame.first_key ? "" : ",";
        frame.first_key = false;
        append_json_string(out_, key.name);
        out_ += ':';
    }

    /// The last value of an item, which is what a key shows.
    void append_value(std::string_view name, const StructStore& store, Handle handle) {
        if (handle == none) {
            return;
        }
        out_ += name;
        const Item& item = store.items[handle];
        if (item.type() != none) {
            return append_json(store, item.type(), out_);
        }
        Bytes value;
        ContentReader reader(store, item);
        reader.skip(item.length - 1);
        reader.take(1, value);
        append_content_json(item.ref, value, out_);
    }

    // ---- ends ----

    void close(Frame& frame) {
        const bool differs = frame.differs;
        const bool is_text = frame.is_text;
        out_ += is_text ? "" : "}}";
        open_.pop_back();
        if (open_.empty()) {
            out_ += is_text ? "" : "}";
            if (!differs) {
                out_.resize(root_at_);
            }
            return;
        }
        Frame& parent = open_.back();
        parent.differs = parent.differs || differs;
        if (parent.in_list) {
            parent.steps.end_nested(differs);
        } else if (differs) {
            out_ += '}';
        } else {
            out_.resize(parent.key_at);
            parent.first_key = parent.key_was_first;
        }
    }

    const StructStore& whole_;
    Side before_;
    Side after_;
    std::string out_;
    std::string shown_;
    std::size_t root_at_ = 0;
    std::deque<Frame> open_;
};

}  // namespace

Result<std::string> differences(const StructStore& whole, const StructStore& before,
                                const StructStore& after) {
    return Differences(whole, before, after).run();
}

Result<std::string> YjsCrdt::diff_view(BytesView before, BytesView after) const {
    const BytesView states[] = {before, after};
    Bytes both;
    const Result<void> merged = merge_updates(states, both);
    if (!merged) {
        return merged.error();
    }
    const auto whole = open_state(both);
    const auto earlier = open_state(before);
    const auto later = open_state(after);
    for (const auto* opened : {&whole, &earlier, &later}) {
        if (!*opened) {
            return opened->error();
        }
    }
    return differences((*whole)->store(), (*earlier)->store(), (*later)->store());
}

}  // namespace weft::yjs
