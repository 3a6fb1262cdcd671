// What the driver in Node can ask of the engine. One request is one history: a list of commands, each answered in order.
//
//   request = command*
//   command = ask:u8, its arguments
//   answer  = varuint code (weft::Code), varbytes: what was asked for, or the message of the error
//
// Where an argument is a format, it is that of the update: 0 v1, 1 v2.
#pragma once

#include "struct_store.hpp"
#include "update_tools.hpp"

#include <weft/codec.hpp>
#include <weft/crdt.hpp>

#include <memory>

namespace weft::yjs {

enum class Ask : std::uint8_t {
    create =
        0,  // gc:u8 actor:varuint        → nothing. The replica that the commands from here to `edit` speak to,
            //                              and a follower that only hears what was new to it
    apply = 1,  // format:u8 update:varbytes  → what was new: an update v1, or no byte
    state = 2,  // format:u8 parked:u8 state vector:varbytes → the diff, with parked parts if asked
    state_vector = 3,  //                            → the state vector
    shown =
        4,  //                            → per root: name, kind, JSON, of a text its delta; each a varstring
    follower = 5,  //                            → nothing, or an error if the follower is not alike
    reload =
        6,  //                            → the state, v1, of a replica that has loaded this one's state
    edit = 7,       // the fields of weft::Edit   → the update
    snapshot = 8,   //                       → the snapshot of what is there now, v1
    check_out = 9,  // snapshot:varbytes     → the state then, as an update
    anchor = 10,    // root:varstring index:varuint before:u8 → the relative position
    position =
        11,  // relative position:varbytes → varuint 0, or 1 and its varuint index, if it is known

    merge = 20,              // format:u8 n:varuint n × varbytes           → one update
    diff_update = 21,        // format:u8 update:varbytes state vector:varbytes → one update
    state_vector_from = 22,  // format:u8 update:varbytes                  → a state vector
    convert =
        23,  // format:u8 update:varbytes                  → the update in the other format, as Yjs converts
    recode_snapshot =
        24,  // format:u8 snapshot:varbytes                → the snapshot in the other format
    contains = 25,  // format:u8 snapshot:varbytes update:varbytes → u8
    check = 26,     // format:u8 update:varbytes                  → nothing
};

class Commands {
public:
    /// Runs all commands of a request and appends their answers. False if the request itself is malformed.
    bool run(BytesView request, Bytes& answers);

private:
    Result<void> run_one(Ask ask, Reader& request, Bytes& answer);
    Result<void> create(Reader& request);
    Result<void> apply(Reader& request, Bytes& answer);
    Result<void> state(Reader& request, Bytes& answer) const;
    Result<void> compare_follower() const;
    Result<void> reload(Bytes& answer) const;
    Result<void> edit(Reader& request, Bytes& answer);

    std::unique_ptr<Crdt> crdt_;
    std::unique_ptr<Replica> replica_;
    std::unique_ptr<Replica> follower_;
};

/// The commands from `snapshot` to `position`. Fails `request` if there is no such command.
Result<void> run_on_store(Ask ask, const StructStore& store, Reader& request, Bytes& answer);

/// The commands from `merge` on, which need no document. Fails `request` if there is no such command.
Result<void> run_on_bytes(Ask ask, Reader& request, Bytes& answer);

}  // namespace weft::yjs
