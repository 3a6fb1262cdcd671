#include "restore_plan.hpp"

#include "update_encoder.hpp"

#include <algorithm>
#include <map>

namespace weft::yjs {
namespace {

/// The contents of all living items of a list, one after the other.
class LivingContents {
public:
    LivingContents(const StructStore& store, Handle type)
        : store_(store), next_(type == none ? none : store.types[type].start) {
        advance();
    }

    bool at_end() const { return item_ == none; }
    const Item& item() const { return store_.items[item_]; }
    BytesView rest() const { return rest_; }

    void skip(std::size_t size) {
        rest_ = rest_.subspan(size);
        if (rest_.empty()) {
            advance();
        }
    }

private:
    void advance() {
        do {
            item_ = next_;
            if (item_ == none) {
                return;
            }
            next_ = store_.items[item_].right;
        } while (store_.items[item_].deleted);
        rest_ = store_.content_of(store_.items[item_]);
    }

    const StructStore& store_;
    Handle next_;
    Handle item_ = none;
    BytesView rest_;
};

/// The living value of a key, none if it has none.
Handle value_of(const StructStore& store, Handle leaf) {
    const Handle item = leaf == none ? none : store.leaves[leaf].last;
    return item == none || store.items[item].deleted ? none : item;
}

}  // namespace

/// The copy that takes in the next content.
RestorePlan::Copy& RestorePlan::next_copy(std::vector<Copy>& copies, ContentRef ref) {
    const bool joins = ref == ContentRef::string || ref == ContentRef::any;
    if (copies.empty() || !joins || copies.back().ref != ref) {
        copies.emplace_back().ref = ref;
    }
    return copies.back();
}

/// Goes along a list of `now` in the order of its units.
class RestorePlan::ListWalk {
public:
    ListWalk(RestorePlan& plan, const Task& task)
        : plan_(plan), task_(task), item_(plan.now_.types[task.now].start) {}

    /// Whether `item`, from unit `offset` on, stands in this list where the walk has not been yet.
    bool is_ahead(Handle handle, Clock offset) const {
        const Item& item = plan_.now_.items[handle];
        return !item.is_gc() && plan_.now_.parent_of(item) == task_.now &&
               plan_.now_.key_of(item) == none && !plan_.passed_[handle] &&
               (handle != item_ || offset >= offset_);
    }

    /// Up to a unit that is ahead; what is alive on the way is deleted.
    void go_to(Handle handle, Clock offset) {
        while (item_ != handle) {
            drop_until(plan_.now_.items[item_].length);
            next_item();
        }
        drop_until(offset);
    }

    /// Whether the next units are alive and show `content`.
    bool shows(ContentRef ref, BytesView content, Clock units) {
        const Item& item = plan_.now_.items[item_];
        if (item.deleted || item.ref != ref) {
            return false;
        }
        if (ref != ContentRef::string) {
            return true;  // never changes
        }
        // Halves of a character that was cut are U+FFFD now.
        if (!text_ || text_of_ != item_ || item.length - text_->left() > offset_) {
            text_.emplace(plan_.now_, item);
            text_of_ = item_;
        }
        text_->skip(offset_ - (item.length - text_->left()));
        present_.clear();
        text_->take(units, present_);
        return equal_bytes(present_, content);
    }

    /// Past units of the item that the walk is at, which stay.
    void keep(Clock units) {
        plan_.write_copies(copies_, gap_, task_);
        pass(units);
    }

    /// Past units that stand as new ones now.
    void replace(Clock units) {
        const Item& item = plan_.now_.items[item_];
        if (!item.deleted) {
            plan_.delete_units(item, item.clock + offset_, item.clock + offset_ + units);
        }
        pass(units);
    }

    /// A new content here.
    Copy& add(ContentRef ref) {
        if (copies_.empty()) {
            gap_ = gap_here();
        }
        return next_copy(copies_, ref);
    }

    void finish() {
        plan_.write_copies(copies_, gap_, task_);
        while (item_ != none) {
            drop_until(plan_.now_.items[item_].length);
            next_item();
        }
    }

private:
    void drop_until(Clock offset) {
        const Item& item = plan_.now_.items[item_];
        if (!item.deleted && offset_ < offset) {
            plan_.delete_units(item, item.clock + offset_, item.clock + offset);
        }
        offset_ = std::max(offset_, offset);
    }

    void pass(Clock units) {
        offset_ += units;
        if (offset_ == plan_.now_.items[item_].length) {
            next_item();
        }
    }

    void next_item() {
        plan_.passed_[item_] = true;
        last_ = item_;
        item_ = plan_.now_.items[item_].right;
        offset_ = 0;
    }

    Gap gap_here() const {
        const StructStore& now = plan_.now_;
        Gap gap;
        gap.has_left = offset_ > 0 || last_ != none;
        if (offset_ > 0) {
            const Item& item = now.items[item_];
            gap.left = plan_.wire({item.client, item.clock + offset_ - 1});
        } else if (last_ != none) {
            gap.left = plan_.wire(now.items[last_].last_id());
        }
        gap.has_right = item_ != none;
        if (item_ != none) {
            const Item& item = now.items[item_];
            gap.right = plan_.wire({item.client, item.clock + offset_});
        }
        return gap;
    }

    RestorePlan& plan_;
    const Task& task_;
    Handle item_;  // none: at the end
    Handle last_ = none;
    Clock offset_ = 0;
    std::vector<Copy> copies_;  // for `gap_`
    Gap gap_;
    std::optional<ContentReader> text_;  // of `text_of_`
    Handle text_of_ = none;
    Bytes present_;
};

RestorePlan::RestorePlan(const StructStore& now, const StructStore& then, std::uint64_t client)
    : now_(now), then_(then), client_(client), first_clock_(now.state(client)),
      clock_(first_clock_), passed_(now.items.size(), false) {
    for (const Client& known : then.clients) {
        clients_.push_back(now.find_client(known.id));
    }
}

void RestorePlan::write(Bytes& out) {
    plan_roots();
    while (!tasks_.empty()) {
        const Task task = tasks_.back();
        tasks_.pop_back();
        plan(task);
    }
    if (struct_count_ == 0 && deletes_.empty()) {
        return;
    }
    Writer writer(out);
    writer.varuint(struct_count_ == 0 ? 0 : 1);
    if (struct_count_ != 0) {
        writer.varuint(struct_count_);
        writer.varuint(client_);
        writer.varuint(first_clock_);
        writer.bytes(structs_);
    }
    normalise(deletes_);
    write_delete_set(writer, deletes_);
}

void RestorePlan::plan_roots() {
    for (const StructStore* store : {&now_, &then_}) {
        for (const auto& [name, type] : store->roots()) {
            const std::string_view root = store->names.text(name);
            const Handle now = now_.find_root(root);
            if (store == &now_ || now == none) {
                tasks_.push_back({then_.find_root(root), now, {}, true, root});
            }
        }
    }
    // The stack gives the last one first.
    std::sort(tasks_.begin(), tasks_.end(),
              [](const Task& a, const Task& b) { return a.root > b.root; });
}

void RestorePlan::plan(const Task& task) {
    if (task.now == none) {
        copy_list(task);
    } else {
        plan_list(task);
    }
    plan_map(task);
}

// ---- lists ----

/// Whether both lists show the same; then `nested` gets the types in them, pairwise.
bool RestorePlan::same_list(Handle then, Handle now, std::vector<Task>& nested) const {
    LivingContents theirs(then_, then);
    LivingContents ours(now_, now);
    while (!theirs.at_end() && !ours.at_end()) {
        const Item& their_item = theirs.item();
        const Item& our_item = ours.item();
        const bool divisible = is_divisible(their_item.ref);
        const std::size_t size =
            divisible ? std::min(theirs.rest().size(), ours.rest().size()) : theirs.rest().size();
        if (their_item.ref != our_item.ref || (!divisible && ours.rest().size() != size) ||
            !equal_bytes(theirs.rest().first(size), ours.rest().first(size))) {
            return false;
        }
        if (their_item.type() != none) {
            nested.push_back({their_item.type(), our_item.type(), {}});
        }
        theirs.skip(size);
        ours.skip(size);
    }
    return theirs.at_end() && ours.at_end();
}

void RestorePlan::plan_list(const Task& task) {
    const std::size_t tasks = tasks_.size();
    if (same_list(task.then, task.now, tasks_)) {
        return;
    }
    tasks_.resize(tasks);
    ListWalk walk(*this, task);
    for (Handle handle = task.then == none ? none : then_.types[task.then].start; handle != none;
         handle = then_.items[handle].right) {
        const Item& item = then_.items[handle];
        if (!item.deleted) {
            restore_item(item, walk);
        }
    }
    walk.finish();
}

/// An item that was alive then, in as many pieces as `now` has of it.
void RestorePlan::restore_item(const Item& item, ListWalk& walk) {
    ContentReader content(then_, item);
    Bytes piece;
    while (content.left() > 0) {
        const Clock clock = item.end() - content.left();
        const Handle handle = now_.find({clients_[item.client], clock});
        const Item& present = now_.items[handle];
        const Clock offset = clock - present.clock;
        Clock units = std::min(content.left(), present.end() - clock);
        const Clock whole = content.whole_characters(units);
        // A character of which `now` has halves is made anew as a whole.
        const bool is_cut = whole == 0;
        units = is_cut ? 2 : whole;
        piece.clear();
        content.take(units, piece);
        const bool ahead = walk.is_ahead(handle, offset);
        if (ahead) {
            walk.go_to(handle, offset);
        }
        if (ahead && !is_cut && walk.shows(item.ref, piece, units)) {
            walk.keep(units);
            if (item.type() != none) {
                tasks_.push_back({item.type(), present.type(), {}});
            }
            continue;
        }
        Copy& copy = walk.add(item.ref);
        copy.length += units;
        copy.bytes.insert(copy.bytes.end(), piece.begin(), piece.end());
        copy.then_type = item.type();
        if (ahead && !is_cut) {
            walk.replace(units);
        }
    }
}

void RestorePlan::copy_list(const Task& task) {
    std::vector<Copy> copies;
    for (LivingContents living(then_, task.then); !living.at_end();) {
        const Item& item = living.item();
        const BytesView bytes = living.rest();
        Copy& copy = next_copy(copies, item.ref);
        copy.length += item.length;
        copy.bytes.insert(copy.bytes.end(), bytes.begin(), bytes.end());
        copy.then_type = item.type();
        living.skip(bytes.size());
    }
    write_copies(copies, {}, task);
}

// ---- keys ----

void RestorePlan::plan_map(const Task& task) {
    struct Values {
        Handle then_item = none;
        Handle now_leaf = none;
    };
    std::map<std::string_view, Values> keys;
    if (task.then != none) {
        for (const auto& [key, leaf] : then_.types[task.then].map) {
            keys[then_.names.text(key)].then_item = value_of(then_, leaf);
        }
    }
    if (task.now != none) {
        for (const auto& [key, leaf] : now_.types[task.now].map) {
            keys[now_.names.text(key)].now_leaf = leaf;
        }
    }
    for (const auto& [key, values] : keys) {
        plan_key(task, key, values.then_item, values.now_leaf);
    }
}

void RestorePlan::plan_key(const Task& task, std::string_view key, Handle then_item,
                           Handle now_leaf) {
    const Handle now_item = value_of(now_, now_leaf);
    if (then_item != none && now_item != none &&
        same_value(then_.items[then_item], now_.items[now_item])) {
        if (then_.items[then_item].type() != none) {
            tasks_.push_back({then_.items[then_item].type(), now_.items[now_item].type(), {}});
        }
        return;
    }
    if (now_item != none) {
        const Item& item = now_.items[now_item];
        delete_units(item, item.clock, item.end());
    }
    if (then_item == none) {
        return;
    }
    const Item& item = then_.items[then_item];
    StructView view;
    view.content = {item.ref, item.length, then_.content_of(item)};
    view.has_parent_sub = true;
    view.parent_sub = key;
    const Handle last = now_leaf == none ? none : now_.leaves[now_leaf].last;
    if (last == none) {
        set_parent(task, view);
    } else {
        view.has_origin = true;
        view.origin = wire(now_.items[last].last_id());
    }
    write_new(view, item.type());
}

/// Whether a value can stay. Of a type the content is looked at later.
bool RestorePlan::same_value(const Item& then_item, const Item& now_item) const {
    return then_item.ref == now_item.ref && then_item.length == now_item.length &&
           equal_bytes(then_.content_of(then_item), now_.content_of(now_item));
}

// ---- the update ----

/// Writes items that stand together in `gap`, and empties `copies`.
void RestorePlan::write_copies(std::vector<Copy>& copies, const Gap& gap, const Task& parent) {
    bool has_left = gap.has_left;
    WireId left = gap.left;
    for (const Copy& copy : copies) {
        StructView view;
        view.content = {copy.ref, copy.length, copy.bytes};
        view.has_origin = has_left;
        view.origin = left;
        view.has_right_origin = gap.has_right;
        view.right_origin = gap.right;
        if (!has_left && !gap.has_right) {
            set_parent(parent, view);
        }
        write_new(view, copy.then_type);
        has_left = true;
        left = {client_, clock_ - 1};
    }
    copies.clear();
}

void RestorePlan::write_new(StructView& view, Handle then_type) {
    view.client = client_;
    view.clock = clock_;
    Writer writer(structs_);
    write_struct(writer, view, 0);
    ++struct_count_;
    if (view.content.ref == ContentRef::type) {
        tasks_.push_back({then_type, none, {client_, clock_}});
    }
    clock_ += view.content.length;
}

void RestorePlan::set_parent(const Task& task, StructView& view) const {
    const Handle carrier = task.now == none ? none : now_.types[task.now].item;
    if (task.is_root) {
        view.parent = StructView::Parent::root;
        view.root = task.root;
    } else {
        view.parent = StructView::Parent::item;
        view.parent_item = task.now == none ? task.item : wire(now_.items[carrier].id());
    }
}

void RestorePlan::delete_units(const Item& item, Clock clock, Clock end) {
    deletes_.push_back({now_.clients[item.client].id, clock, end - clock});
}

}  // namespace weft::yjs
