// The format "rga-update-v1", in which replicas exchange operations. Primitive encodings are those of weft/codec.hpp.
//
//   update    = u8 1, section*                                     ascending by actor and clock, without overlap
//   section   = varuint actor, varuint clock, varbytes operations  the first operation has this clock, each next one follows
//   operation = u8 0, varstring root, varuint sum, varstring text                   insert at the beginning of a root
//             | u8 1, varuint actor, varuint clock, varuint sum, varstring text     insert behind a character
//             | u8 2, varuint actor, varuint clock, varuint length                  erase characters
//
//   state vector = varuint count, (varuint actor, varuint clock)*  ascending by actor; clock: of the next operation
//
// A character is a Unicode code point. Each has an id of its own (actor, clock): a text of n characters takes n clocks, the
// second character stands behind the first, and so on, with sums that rise by one; an erase takes one clock. So an update
// may carry any part of a longer text, and a state vector says exactly which operations a replica has, erases included.
//
// `sum` is the order of concurrent inserts behind the same character: in the s4vector of Roh et al. (JPDC 2011) it is the sum
// of the vector clock, greater than that of every operation that the author knew.
#pragma once

#include <weft/codec.hpp>
#include <weft/result.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::rga {

struct Id {
    std::uint64_t actor = 0;
    std::uint64_t clock = 0;

    friend auto operator<=>(const Id&, const Id&) = default;
};

/// One operation; the views point into an update or a replica.
struct Operation {
    enum class Kind : std::uint8_t { insert_first, insert_behind, erase };

    Kind kind = Kind::insert_first;
    Id id;                     // of the first character
    Id target;                 // insert_behind: the character to the left; erase: the first one
    std::uint64_t sum = 0;     // of the first character
    std::uint64_t length = 0;  // characters inserted or erased
    std::string_view root;     // insert_first
    std::string_view text;

    bool inserts() const { return kind != Kind::erase; }
    std::uint64_t clocks() const { return inserts() ? length : 1; }
    std::uint64_t end() const { return id.clock + clocks(); }
    /// The newest character that it refers to; of no meaning for insert_first.
    Id last_target() const {
        return kind == Kind::erase ? Id{target.actor, target.clock + length - 1} : target;
    }

    /// Without its first `characters`, of which there are more.
    Operation without(std::uint64_t characters) const;
    /// Only its first `characters`, of which there are more.
    Operation first(std::uint64_t characters) const;

private:
    std::size_t offset_of(std::uint64_t character) const;
};

/// Consecutive operations of one actor, with a cursor on the next one.
struct OperationRun {
    std::uint64_t actor = 0;
    std::uint64_t clock = 0;
    BytesView bytes;

    bool at_end() const { return bytes.empty(); }
    /// Decodes the next operation and moves on. The run was checked; false at its end.
    bool next(Operation& operation);
};

/// Checks an update and gives its sections. They point into `update`.
Result<std::vector<OperationRun>> read_update(BytesView update);

/// Writes an update from operations that come ascending by actor and clock, without overlap. Joins what continues each
/// other: typing letter by letter becomes one text.
class UpdateWriter {
public:
    /// Appends to `out`.
    explicit UpdateWriter(Bytes& out) : out_(out) { out_.push_back(1); }

    void add(const Operation& operation);
    void finish();

private:
    bool continues(const Operation& operation) const;
    void write_operation();
    void write_section();

    Bytes& out_;
    Id section_;              // where the present one begins
    std::uint64_t next_ = 0;  // the clock that would continue it
    Bytes operations_;
    bool has_last_ = false;
    Operation last_;  // not written yet; its views are in the two below
    std::string last_root_;
    std::string last_text_;
};

/// Clock of the next operation, by actor.
using StateVector = std::map<std::uint64_t, std::uint64_t>;

std::uint64_t clock_of(const StateVector& state_vector, std::uint64_t actor);

/// Adds the operations of several runs that `known` lacks, sorted and each once.
void add_runs(std::vector<OperationRun> runs, const StateVector& known, UpdateWriter& writer);

/// No bytes at all are the empty state vector.
Result<StateVector> decode_state_vector(BytesView bytes);
void encode_state_vector(const StateVector& state_vector, Bytes& out);

}  // namespace weft::rga
