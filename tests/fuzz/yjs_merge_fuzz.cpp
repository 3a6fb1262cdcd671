// Updates that are joined say what they say one by one. The first byte chooses between
//   any bytes as updates, of v1 or v2: of each unit the merged update knows as much as the update that knows most of it, and
//   updates cut from one history that the input describes: applying the merged one leads where applying each of them leads.
#include "fuzz_input.hpp"
#include "update_encoder.hpp"
#include "update_tools.hpp"
#include "yjs_crdt.hpp"

#include <map>
#include <optional>
#include <string>

namespace {

using namespace weft;
using namespace weft::yjs;
using fuzz::Choices;
using fuzz::expect;

constexpr std::size_t unfolded_max = 64 * 1024;
constexpr std::uint64_t units_max = 20'000;

/// How much is known of each unit: 2 its content, 1 its place, 0 that it was there.
using Knowledge = std::map<std::pair<std::uint64_t, std::uint64_t>, int>;

/// False if that are too many units to look at.
bool learn(const UpdateLayout& update, Knowledge& knowledge) {
    std::uint64_t units = 0;
    for (StructRun run : update.runs) {
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && peek_struct(run, view, size)) {
            const int level = !view.is_item() ? 0 : view.content.ref == ContentRef::deleted ? 1 : 2;
            units += view.content.ref == ContentRef::skip ? 0 : view.length();
            if (units > units_max) {
                return false;
            }
            for (std::uint64_t clock = view.clock;
                 clock < view.end() && view.content.ref != ContentRef::skip; ++clock) {
                int& known = knowledge.try_emplace({run.client, clock}, level).first->second;
                known = std::max(known, level);
            }
            skip_struct(run, view, size);
        }
    }
    return true;
}

std::vector<WireRange> all_deletes(const std::vector<OpenUpdate>& updates) {
    std::vector<WireRange> deletes;
    for (const OpenUpdate& update : updates) {
        deletes.insert(deletes.end(), update.layout.deletes.begin(), update.layout.deletes.end());
    }
    normalise(deletes);
    return deletes;
}

bool same(const std::vector<WireRange>& a, const std::vector<WireRange>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const WireRange& x, const WireRange& y) {
                          return x.client == y.client && x.clock == y.clock && x.length == y.length;
                      });
}

void merge_any_bytes(BytesView input, UpdateFormat format) {
    std::vector<BytesView> updates;
    std::vector<OpenUpdate> opened;
    for (const BytesView update : fuzz::pieces(input, 8)) {
        OpenUpdate open;
        if (open.read(update, format, unfolded_max)) {
            updates.push_back(update);
            opened.push_back(std::move(open));
        }
    }
    Bytes merged;
    expect(merge_updates(updates, format, merged).ok());
    OpenUpdate result;
    expect(result.read(merged, format).ok());
    expect(same(result.layout.deletes, all_deletes(opened)));
    Knowledge expected, known;
    bool complete = true;
    for (const OpenUpdate& open : opened) {
        complete = complete && learn(open.layout, expected);
    }
    if (complete) {
        expect(learn(result.layout, known) && known == expected);
    }
    const BytesView twice[] = {merged, merged};
    Bytes again;
    Knowledge known_again;
    expect(merge_updates(twice, format, again).ok());
    expect(result.read(again, format).ok());
    expect(!complete || (learn(result.layout, known_again) && known_again == expected));
}

/// Typing and deleting in one text by three clients, as bytes.
class History {
public:
    explicit History(Choices& choices) {
        for (std::size_t steps = 4 + choices.below(24); steps > 0; --steps) {
            if (choices.below(4) == 0) {
                forget(choices);
            } else {
                type(choices);
            }
        }
    }

    /// Structs of each client from one place on to another, and the deletes of all that they have forgotten.
    Bytes cut(Choices& choices) const {
        Bytes out, blocks;
        Writer writer(out), block_writer(blocks);
        std::uint64_t clients = 0;
        std::vector<WireRange> deletes;
        for (std::uint64_t client = clients_; client-- > 0;) {
            const std::vector<Typed>& typed = typed_[client];
            const std::size_t begin = choices.below(typed.size() + 1);
            const std::size_t count = choices.below(typed.size() - begin + 1);
            if (count == 0) {
                continue;
            }
            ++clients;
            block_writer.varuint(count);
            block_writer.varuint(client);
            block_writer.varuint(typed[begin].clock);
            for (std::size_t i = begin; i < begin + count; ++i) {
                const bool forgotten = typed[i].deleted && choices.below(2) == 1;
                write(block_writer, client, typed[i], forgotten);
                if (typed[i].deleted && (forgotten || choices.below(2) == 1)) {
                    deletes.push_back({client, typed[i].clock, typed[i].text.size()});
                }
            }
        }
        writer.varuint(clients);
        writer.bytes(blocks);
        normalise(deletes);
        write_delete_set(writer, deletes);
        return out;
    }

private:
    static constexpr std::uint64_t clients_ = 3;

    struct Typed {
        std::uint64_t clock = 0;
        std::string text;
        std::optional<WireId> origin;
        bool deleted = false;
    };

    void type(Choices& choices) {
        const std::size_t client = choices.below(clients_);
        std::vector<Typed>& mine = typed_[client];
        const std::uint64_t clock = mine.empty() ? 0 : mine.back().clock + mine.back().text.size();
        Typed typed{clock, std::string(1 + choices.below(4), char('a' + client)), {}, false};
        const std::size_t other = choices.below(clients_);
        if (!typed_[other].empty() && choices.below(4) != 0) {
            const Typed& left = typed_[other][choices.below(typed_[other].size())];
            typed.origin = WireId{other, left.clock + choices.below(left.text.size())};
        }
        mine.push_back(typed);
    }

    void forget(Choices& choices) {
        std::vector<Typed>& typed = typed_[choices.below(clients_)];
        if (!typed.empty()) {
            typed[choices.below(typed.size())].deleted = true;
        }
    }

    static void write(Writer& writer, std::uint64_t client, const Typed& typed, bool forgotten) {
        StructView view;
        view.client = client;
        view.clock = typed.clock;
        view.has_origin = typed.origin.has_value();
        view.origin = typed.origin.value_or(WireId{});
        view.parent = typed.origin ? StructView::Parent::of_neighbour : StructView::Parent::root;
        view.root = "t";
        view.content.length = typed.text.size();
        view.content.ref = forgotten ? ContentRef::deleted : ContentRef::string;
        view.content.bytes = forgotten ? BytesView{} : as_bytes(typed.text);
        write_struct(writer, view, 0);
    }

    std::vector<Typed> typed_[clients_];
};

Digest digest_after(std::span<const BytesView> updates) {
    const auto replica = YjsCrdt({true}).create_replica({9, 0, 0});
    std::vector<Applied> applied(updates.size());
    replica->apply(updates, applied);
    for (const Applied& one : applied) {
        expect(one.code == Code::ok);
    }
    return replica->digest();
}

void merge_one_history(BytesView input, UpdateFormat format) {
    Choices choices(input);
    const History history(choices);
    std::vector<Bytes> updates;
    for (std::size_t count = 1 + choices.below(6); count > 0; --count) {
        updates.push_back(history.cut(choices));
    }
    const std::vector<BytesView> views(updates.begin(), updates.end());
    Bytes merged;
    if (format == UpdateFormat::v1) {
        expect(merge_updates(views, format, merged).ok());
    } else {
        std::vector<Bytes> folded(updates.size());
        for (std::size_t i = 0; i < updates.size(); ++i) {
            expect(transcode_v1_to_v2(updates[i], folded[i]).ok());
        }
        Bytes merged_v2;
        const std::vector<BytesView> folded_views(folded.begin(), folded.end());
        expect(merge_updates(folded_views, format, merged_v2).ok());
        expect(transcode_v2_to_v1(merged_v2, merged).ok());
    }
    const BytesView view = merged;
    expect(digest_after(views) == digest_after({&view, 1}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const UpdateFormat format = (data[0] & 1) == 0 ? UpdateFormat::v1 : UpdateFormat::v2;
    const BytesView input(data + 1, size - 1);
    if ((data[0] & 2) == 0) {
        merge_any_bytes(input, format);
    } else {
        merge_one_history(input, format);
    }
    return 0;
}
