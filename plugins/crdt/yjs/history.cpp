#include "history.hpp"

#include "content_reader.hpp"
#include "json_view.hpp"
#include "state_encoder.hpp"
#include "update_encoder.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

/// Writes the first `units` units of a struct.
void write_beginning(Writer& writer, const StructStore& store, const Item& item, Clock units) {
    StructView view = store.view(item);
    Bytes beginning;
    if (units < item.length) {
        ContentReader(store, item).take(units, beginning);
        view.content.length = units;
        view.content.bytes = beginning;
    }
    write_struct(writer, view, 0);
}

/// Writes what a client had at `clock`, which is not 0.
void write_client(Writer& writer, const StructStore& store, const Client& client, Clock clock) {
    Bytes structs;
    Writer body(structs);
    std::uint64_t count = 0;
    StructList::Place place;
    do {
        const Item& item = store.items[client.structs[place].item];
        if (item.clock >= clock) {
            break;
        }
        write_beginning(body, store, item, std::min(item.length, clock - item.clock));
        ++count;
    } while (client.structs.next(place));
    writer.varuint(count);
    writer.varuint(client.id);
    writer.varuint(0);
    writer.bytes(structs);
}

/// The first deleted range that ends behind a unit.
std::vector<WireRange>::const_iterator range_behind(const Snapshot& snapshot, std::uint64_t client,
                                                    std::uint64_t clock) {
    return std::lower_bound(snapshot.deletes.begin(), snapshot.deletes.end(), client,
                            [&](const WireRange& range, std::uint64_t wanted) {
                                return range.client != wanted ? range.client < wanted
                                                              : range.end() <= clock;
                            });
}

}  // namespace

Result<std::unique_ptr<Document>> open_state(BytesView state) {
    DocumentOptions options;
    options.collect_garbage = false;
    auto document = std::make_unique<Document>(options);
    const Result<void> loaded = document->load({&state, 1});
    if (!loaded) {
        return loaded.error();
    }
    return document;
}

Snapshot snapshot_of(const StructStore& store) {
    Snapshot snapshot;
    snapshot.deletes = deleted_ranges(store);
    for (const auto& [id, index] : store.clients_by_id()) {
        snapshot.clocks.push_back({id, store.clients[index].state});
    }
    return snapshot;
}

Result<void> check_out(const StructStore& store, const Snapshot& snapshot, Bytes& out) {
    std::uint64_t clients = 0;
    for (const ClientClock& known : snapshot.clocks) {
        if (known.clock > store.state(known.client)) {
            return Error{Code::missing, "the snapshot has edits that the document lacks", 0};
        }
        clients += known.clock > 0 ? 1 : 0;
    }
    Writer writer(out);
    writer.varuint(clients);
    for (auto known = snapshot.clocks.rbegin(); known != snapshot.clocks.rend(); ++known) {
        if (known->clock > 0) {
            const Client& client = store.clients[store.find_client(known->client)];
            write_client(writer, store, client, static_cast<Clock>(known->clock));
        }
    }
    write_delete_set(writer, snapshot.deletes);
    return {};
}

void append_text_at(const StructStore& store, const Type& type, const Snapshot& snapshot,
                    std::string& out) {
    Bytes text;
    for (Handle handle = type.start; handle != none; handle = store.items[handle].right) {
        const Item& item = store.items[handle];
        if (item.ref != ContentRef::string) {
            continue;
        }
        const std::uint64_t client = store.clients[item.client].id;
        const std::uint64_t known = clock_of(snapshot.clocks, client);
        const auto end = static_cast<Clock>(std::min<std::uint64_t>(known, item.end()));
        ContentReader content(store, item);
        auto range = range_behind(snapshot, client, item.clock);
        for (Clock clock = item.clock; clock < end;) {
            const bool more = range != snapshot.deletes.end() && range->client == client;
            const std::uint64_t begin = more ? std::max<std::uint64_t>(range->clock, clock) : end;
            const auto alive = static_cast<Clock>(std::min<std::uint64_t>(begin, end)) - clock;
            content.take(alive, text);
            clock += alive;
            if (clock < end) {
                const auto dead =
                    static_cast<Clock>(std::min<std::uint64_t>(range->end(), end)) - clock;
                content.skip(dead);
                clock += dead;
                ++range;
            }
        }
    }
    out += as_text(text);
}

Result<std::string> json_at(const StructStore& store, std::string_view root,
                            const Snapshot& snapshot) {
    Bytes state;
    const Result<void> checked_out = check_out(store, snapshot, state);
    if (!checked_out) {
        return checked_out.error();
    }
    const Result<std::unique_ptr<Document>> then = open_state(state);
    if (!then) {
        return then.error();
    }
    const Handle type = (*then)->store().find_root(root);
    if (type == none) {
        return Error{Code::not_found, "the snapshot has no root \"" + std::string(root) + "\"", 0};
    }
    std::string json;
    append_json((*then)->store(), type, json);
    return json;
}

}  // namespace weft::yjs
