#include "update_decoder.hpp"

#include "any_value.hpp"
#include "lib0.hpp"
#include "utf16.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

WireId read_id(Reader& reader) {
    WireId id;
    id.client = read_varuint(reader);
    id.clock = read_varuint(reader);
    return id;
}

std::string_view read_name(Reader& reader) {
    const BytesView name = reader.varbytes();
    if (!utf16_length(name)) {
        reader.fail();
    }
    return as_text(name);
}

/// A struct that depends on itself or on what its own client did later is damage: it could never be integrated.
void check_earlier(Reader& reader, const StructView& view, const WireId& id) {
    if (id.client == view.client && id.clock >= view.clock) {
        reader.fail();
    }
}

void read_parent(Reader& reader, StructView& view) {
    if (reader.varuint() == 1) {
        view.parent = StructView::Parent::root;
        view.root = read_name(reader);
    } else {
        view.parent = StructView::Parent::item;
        view.parent_item = read_id(reader);
        check_earlier(reader, view, view.parent_item);
    }
    if (view.has_parent_sub) {
        view.parent_sub = read_name(reader);
    }
}

void read_position(Reader& reader, std::uint8_t info, StructView& view) {
    view.has_origin = (info & has_origin_bit) != 0;
    view.has_right_origin = (info & has_right_origin_bit) != 0;
    view.has_parent_sub = (info & has_parent_sub_bit) != 0;
    if (view.has_origin) {
        view.origin = read_id(reader);
        check_earlier(reader, view, view.origin);
    }
    if (view.has_right_origin) {
        view.right_origin = read_id(reader);
        check_earlier(reader, view, view.right_origin);
    }
    if (!view.has_origin && !view.has_right_origin) {
        read_parent(reader, view);
    }
}

Error malformed(BytesView update, const Reader& reader, const char* what) {
    const std::size_t at = update.size() - reader.remaining();
    return Error::malformed(std::string(what) + " is malformed at or before byte " +
                            std::to_string(at) + " of " + std::to_string(update.size()));
}

/// The content of an embed or format whose value is an any-value.
ContentView read_content_with_any(Reader& reader, ContentRef ref) {
    const std::uint8_t* from = reader.cursor();
    if (ref == ContentRef::format) {
        read_name(reader);
    }
    const BytesView value = reader.varbytes();
    Reader inside(value);
    skip_any(inside);
    if (!inside.ok() || !inside.at_end()) {
        reader.fail();
    }
    const auto size = static_cast<std::size_t>(reader.cursor() - from);
    return {ref, 1, ref == ContentRef::embed ? value : BytesView{from, size}};
}

/// Reads the struct that begins at `view.clock` of `view.client`; all else in `view` is as new.
bool read_struct(Reader& reader, JsonForm json, StructView& view) {
    const std::uint8_t info = reader.u8();
    const auto ref = static_cast<ContentRef>(info & content_ref_bits);
    if (ref != ContentRef::gc && ref != ContentRef::skip) {
        read_position(reader, info, view);
    }
    const bool has_value = ref == ContentRef::embed || ref == ContentRef::format;
    view.content = has_value && json == JsonForm::any ? read_content_with_any(reader, ref)
                                                      : read_content(reader, ref);
    return reader.ok() && view.end() <= varuint_max;
}

/// Passes over the structs of one client. Skips do not count as structs.
bool read_run(Reader& reader, JsonForm json, UpdateLayout& layout) {
    StructRun run;
    run.count = reader.varuint();
    run.client = read_varuint(reader);
    run.clock = read_varuint(reader);
    run.end = run.clock;
    run.json = json;
    run.plain = true;
    const std::uint8_t* from = reader.cursor();
    for (std::uint64_t i = 0; i < run.count; ++i) {
        StructView view;
        view.client = run.client;
        view.clock = run.end;
        if (!read_struct(reader, json, view)) {
            return false;
        }
        layout.structs += view.content.ref == ContentRef::skip ? 0 : 1;
        run.plain = run.plain && is_plain(view);
        run.end = view.end();
    }
    run.bytes = {from, static_cast<std::size_t>(reader.cursor() - from)};
    if (reader.ok() && run.count != 0) {
        layout.runs.push_back(run);
    }
    return reader.ok();
}

/// Sorts the runs by descending client; false if a client has two, of which Yjs would forget one.
bool order_runs(std::vector<StructRun>& runs) {
    const auto descending = [](const StructRun& a, const StructRun& b) {
        return a.client > b.client;
    };
    if (!std::is_sorted(runs.begin(), runs.end(), descending)) {
        std::sort(runs.begin(), runs.end(), descending);
    }
    return std::adjacent_find(runs.begin(), runs.end(), [](const StructRun& a, const StructRun& b) {
               return a.client == b.client;
           }) == runs.end();
}

}  // namespace

bool is_plain(const StructView& view) {
    return view.is_item() &&
           !(view.has_parent_sub && view.parent == StructView::Parent::of_neighbour);
}

bool peek_struct(const StructRun& run, StructView& view, std::size_t& size) {
    Reader reader(run.bytes);
    view = StructView{};
    view.client = run.client;
    view.clock = run.clock;
    if (!read_struct(reader, run.json, view)) {
        return false;
    }
    size = run.bytes.size() - reader.remaining();
    return true;
}

void skip_struct(StructRun& run, const StructView& view, std::size_t size) {
    run.clock = view.end();
    run.bytes = run.bytes.subspan(size);
    --run.count;
}

bool read_delete_set(Reader& reader, std::vector<WireRange>& ranges) {
    const std::uint64_t clients = reader.varuint();
    for (std::uint64_t i = 0; i < clients && reader.ok(); ++i) {
        const std::uint64_t client = read_varuint(reader);
        const std::uint64_t count = reader.varuint();
        for (std::uint64_t j = 0; j < count && reader.ok(); ++j) {
            WireRange range{client, read_varuint(reader), 0};
            range.length = read_varuint(reader);
            if (range.end() > varuint_max) {
                reader.fail();
            } else if (reader.ok() && range.length != 0) {
                ranges.push_back(range);
            }
        }
    }
    return reader.ok();
}

void normalise(std::vector<WireRange>& ranges) {
    const auto before = [](const WireRange& a, const WireRange& b) {
        return a.client != b.client ? a.client < b.client : a.clock < b.clock;
    };
    if (!std::is_sorted(ranges.begin(), ranges.end(), before)) {
        std::sort(ranges.begin(), ranges.end(), before);
    }
    std::size_t kept = 0;
    for (const WireRange& range : ranges) {
        if (kept > 0 && ranges[kept - 1].client == range.client &&
            ranges[kept - 1].end() >= range.clock) {
            WireRange& last = ranges[kept - 1];
            last.length = std::max(last.end(), range.end()) - last.clock;
        } else {
            ranges[kept++] = range;
        }
    }
    ranges.resize(kept);
}

Result<void> UpdateLayout::read(BytesView update, JsonForm json) {
    runs.clear();
    deletes.clear();
    structs = 0;
    Reader reader(update);
    const std::uint64_t clients = reader.varuint();
    for (std::uint64_t i = 0; i < clients && reader.ok(); ++i) {
        const Reader before = reader;
        if (!read_run(reader, json, *this)) {
            return malformed(update, before, "a client's structs");
        }
    }
    const Reader before = reader;
    if (!reader.ok() || !read_delete_set(reader, deletes)) {
        return malformed(update, before, "the delete set");
    }
    if (!order_runs(runs)) {
        return Error::malformed("one client has two blocks in one update");
    }
    normalise(deletes);
    has_trailing_bytes = !reader.at_end();
    return {};
}

void UpdateLayout::shrink() {
    constexpr std::size_t keep = 64;
    if (runs.capacity() > keep) {
        runs = {};
    }
    if (deletes.capacity() > keep) {
        deletes = {};
    }
}

Result<StateVector> decode_state_vector(BytesView bytes) {
    StateVector clocks;
    if (bytes.empty()) {
        return clocks;
    }
    Reader reader(bytes);
    const std::uint64_t count = reader.varuint();
    for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
        ClientClock entry{read_varuint(reader), 0};
        entry.clock = read_varuint(reader);
        clocks.push_back(entry);
    }
    if (!reader.ok()) {
        return malformed(bytes, reader, "a state vector");
    }
    std::stable_sort(clocks.begin(), clocks.end(), [](const ClientClock& a, const ClientClock& b) {
        return a.client < b.client;
    });
    // Of a client that is named twice the last entry counts, as in Yjs.
    std::size_t kept = 0;
    for (const ClientClock& entry : clocks) {
        if (kept > 0 && clocks[kept - 1].client == entry.client) {
            --kept;
        }
        clocks[kept++] = entry;
    }
    clocks.resize(kept);
    return clocks;
}

std::uint64_t clock_of(const StateVector& state_vector, std::uint64_t client) {
    const auto found =
        std::lower_bound(state_vector.begin(), state_vector.end(), client,
                         [](const ClientClock& a, std::uint64_t b) { return a.client < b; });
    return found != state_vector.end() && found->client == client ? found->clock : 0;
}

}  // namespace weft::yjs
