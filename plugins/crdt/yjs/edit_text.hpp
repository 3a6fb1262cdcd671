// Local edits of one text, made of the structs of which Yjs makes them: its "currentAttributes" are the formats in front of
// a place, formats that change nothing are not written, and what an edit changes is negated behind it.
#pragma once

#include "attributes.hpp"
#include "content.hpp"
#include "local_change.hpp"

namespace weft::yjs {

class TextEditor {
public:
    /// All three outlive this. `type` is a text in `store`.
    TextEditor(StructStore& store, LocalChange& change, Handle type)
        : store_(store), change_(change), type_(type) {}

    // `left` is the item that ends where the edit begins (none: at the start of the text).

    /// Inserts with the formats that are in force there.
    void insert(Handle left, const ContentView& content);

    /// Inserts with exactly these formats.
    void insert(Handle left, const ContentView& content, Attributes attributes);

    /// Deletes so many units, and the formats among them that have nothing to say any more.
    void erase(Handle left, Clock units);

    /// Sets or (null) takes away formats of so many units.
    void format(Handle left, Clock units, const Attributes& attributes);

private:
    Handle right_of(Handle left) const {
        return left == none ? store_.types[type_].start : store_.items[left].right;
    }
    FormatView format_of(const Item& item) const;
    std::string_view value_before(Handle left, std::string_view key) const;
    Attributes values_before(Handle left, const Attributes& keys) const;
    Attributes attributes_before(Handle left) const;
    Handle skip_unchanging(Handle left, const Attributes& attributes, Attributes& current) const;
    Handle insert_formats(Handle left, const Attributes& attributes, const Attributes& current,
                          Attributes& negated);
    void insert_negated(Handle left, Attributes& negated);
    Handle insert_format(Handle left, std::string_view key, std::string_view value);
    Handle format_content(Handle left, Clock units, const Attributes& attributes,
                          Attributes& negated);
    void remove_gap_formats(Handle start);

    StructStore& store_;
    LocalChange& change_;
    const Handle type_;
};

}  // namespace weft::yjs
