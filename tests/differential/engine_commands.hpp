// What the driver in Node can ask of the engine. One request is one history: a list of commands, each answered in order.
//
//   request = command*
//   command = varuint Ask, its arguments
//   answer  = varuint code (weft::Code), varbytes: what was asked for, or the message of the error
#pragma once

#include <weft/codec.hpp>
#include <weft/crdt.hpp>

#include <memory>

namespace weft::yjs {

enum class Ask : std::uint8_t {
    create =
        0,  // gc:u8 actor:varuint        → nothing. The replica that all following commands speak to
    apply = 1,         // update:varbytes            → parked:u8 effective:varbytes
    state = 2,         // parked:u8 state vector:varbytes → the diff; parked parts if asked
    state_vector = 3,  //                            → the state vector
    shown = 4,   //                            → per root: name, kind, JSON; each a varstring
    digest = 5,  //                            → SHA-256
    edit = 6,    // root:varstring position:varuint delete:varuint insert:varstring → the update
    merge = 7,   // n:varuint n × varbytes     → one update
    check = 8,   // update:varbytes            → nothing
};

class Commands {
public:
    /// Runs all commands of a request and appends their answers. False if the request itself is malformed.
    bool run(BytesView request, Bytes& answers);

private:
    Result<void> run_one(Ask ask, Reader& request, Bytes& answer);
    Result<void> apply(BytesView update, Bytes& answer);
    Result<void> edit(Reader& request, Bytes& answer);
    Result<void> show(Bytes& answer) const;

    std::unique_ptr<Crdt> crdt_;
    std::unique_ptr<Replica> replica_;
};

}  // namespace weft::yjs
