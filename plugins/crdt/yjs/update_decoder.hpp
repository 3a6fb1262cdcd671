// Reads update v1, the form in which Yjs clients exchange edits:
//
//   update      = varuint clientCount, clientBlock*, deleteSet
//   clientBlock = varuint structCount, varuint client, varuint firstClock, struct*
//   struct      = info, then by its low five bits
//     gc, skip  : varuint length
//     item      : [origin: varuint client, varuint clock]        if info & 0x80
//                 [right origin: the same]                       if info & 0x40
//                 with neither: varuint 1, varstring root name | varuint 0, varuint client, varuint clock
//                               [varstring parent_sub]           if info & 0x20
//                 content
//   deleteSet   = varuint clientCount, (varuint client, varuint rangeCount, (varuint clock, varuint length)*)*
//
// An update is untrusted. `UpdateLayout` walks over all of it once, before anything is applied; then structs are
// decoded one at a time, so that memory never follows a count that the bytes merely claim.
#pragma once

#include "content.hpp"
#include "id.hpp"

#include <weft/codec.hpp>
#include <weft/result.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::yjs {

/// What the info byte of a struct says, in both formats of updates.
inline constexpr unsigned has_origin_bit = 0x80;
inline constexpr unsigned has_right_origin_bit = 0x40;
inline constexpr unsigned has_parent_sub_bit = 0x20;
inline constexpr unsigned content_ref_bits = 0x1f;

/// One struct of an update; views into the update's bytes.
struct StructView {
    enum class Parent : std::uint8_t { of_neighbour, root, item };

    std::uint64_t client = 0;
    std::uint64_t clock = 0;
    ContentView content;
    bool has_origin = false;
    bool has_right_origin = false;
    bool has_parent_sub =
        false;  // as the info byte says; the key itself is only there without origins
    Parent parent = Parent::of_neighbour;
    WireId origin;
    WireId right_origin;
    WireId parent_item;
    std::string_view root;
    std::string_view parent_sub;

    std::uint64_t length() const { return content.length; }
    std::uint64_t end() const { return clock + content.length; }
    bool is_item() const {
        return content.ref != ContentRef::gc && content.ref != ContentRef::skip;
    }
};

/// How the values of embeds and formats stand in their varbytes: as JSON text in update v1. An update v2 has any-values
/// there, and is read as an update v1 with those, so that nothing of them is lost on the way to another update v2.
enum class JsonForm : std::uint8_t { text, any };

/// Whether structs with an origin keep the mark that they stand under a key, which they have from their neighbour. Yjs
/// writes it for structs of a document and drops it from structs of an update.
enum class KeyMark : std::uint8_t { kept, dropped };

/// Consecutive structs of one client inside an update, with a cursor on the next one.
struct StructRun {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;  // of the next struct
    std::uint64_t count = 0;  // structs left
    BytesView bytes;          // from the next struct on, to the end of the run
    std::uint64_t end = 0;    // the clock behind the last struct
    JsonForm json = JsonForm::text;
    bool plain = false;  // items only, each with a mark of its key only where the key is

    bool at_end() const { return count == 0; }
};

/// Decodes the struct at the cursor without moving it; `size` is how many bytes it has. False if it is malformed,
/// which a run of an update whose layout was read never is.
bool peek_struct(const StructRun& run, StructView& view, std::size_t& size);

/// Whether a merged update has this struct with the very same bytes.
bool is_plain(const StructView& view);

/// Moves the cursor past a struct that `peek_struct` gave.
void skip_struct(StructRun& run, const StructView& view, std::size_t size);

/// An update that has been checked as a whole.
struct UpdateLayout {
    std::vector<StructRun> runs;      // descending by client; none is empty
    std::vector<WireRange> deletes;   // ascending by client and clock, disjoint, none of length 0
    std::uint64_t structs = 0;        // without skips
    bool has_trailing_bytes = false;  // behind the delete set, ignored

    /// Replaces what was here. An error leaves it unusable. The views live as long as `update`.
    Result<void> read(BytesView update, JsonForm json = JsonForm::text);

    /// Gives memory back that a large update needed, once its views are of no more use.
    void shrink();
};

/// Reads a delete set and appends its ranges as they come; `reader` fails if it is malformed.
bool read_delete_set(Reader& reader, std::vector<WireRange>& ranges);

/// Sorts ranges by client and clock and joins those that overlap or touch.
void normalise(std::vector<WireRange>& ranges);

struct ClientClock {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;
};

inline bool operator==(const ClientClock& a, const ClientClock& b) {
    return a.client == b.client && a.clock == b.clock;
}

/// Clocks by client: what a replica has. Ascending by client, no client twice.
using StateVector = std::vector<ClientClock>;

/// Reads `varuint count, (varuint client, varuint clock)*`. No bytes at all are the empty state vector.
Result<StateVector> decode_state_vector(BytesView bytes);

/// 0 for a client that is not in it.
std::uint64_t clock_of(const StateVector& state_vector, std::uint64_t client);

}  // namespace weft::yjs
