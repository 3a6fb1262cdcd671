// What the crdt conformance suite stands on: an algorithm under test, and its replicas in the words of the tests.
#pragma once

#include "../storage/print_code.hpp"

#include <weft/abi/crdt_extensions.h>
#include <weft/crdt.hpp>
#include <weft/crdt_extensions.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace weft::conformance {

/// An algorithm, and what belongs to it (a loaded plugin).
class CrdtUnderTest {
public:
    virtual ~CrdtUnderTest() = default;
    virtual const Crdt& crdt() = 0;
};

/// An algorithm and what it says of itself: the suite holds it to what stands here, and to having no more.
struct CrdtCase {
    std::string name;
    std::function<std::unique_ptr<CrdtUnderTest>()> make;
    std::set<std::string_view> extensions;  // by their ids in weft/abi/crdt_extensions.h
    std::set<EditKind> edits;
};

inline std::ostream& operator<<(std::ostream& out, const CrdtCase& crdt) {
    return out << crdt.name;
}

/// What became of one update, kept beyond the next call.
struct Received {
    Applied applied;
    Bytes effective;
    std::vector<std::uint64_t> actors;
};

/// Text is what every algorithm of this suite has: edits of the roots "a" and "b".
class CrdtConformance : public testing::TestWithParam<CrdtCase> {
protected:
    using Random = std::mt19937_64;

    void SetUp() override {
        under_test_ = GetParam().make();
        ASSERT_NE(under_test_, nullptr);
    }

    const Crdt& crdt() { return under_test_->crdt(); }

    /// `extension`, having made sure that it is there exactly when it is promised: a case ends where there is none.
    template <class Extension>
    static const Extension* as_promised(std::string_view id, const Extension* extension) {
        EXPECT_EQ(extension != nullptr, GetParam().extensions.contains(id)) << id;
        return extension;
    }

    std::unique_ptr<Replica> replica(std::uint64_t actor = 0, ReplicaOptions options = {}) {
        options.actor = actor;
        return crdt().create_replica(options);
    }

    static Received receive(Replica& to, BytesView update) {
        Received received;
        to.apply({&update, 1}, {&received.applied, 1});
        received.effective = to_bytes(received.applied.effective);
        received.actors.assign(received.applied.actors.begin(), received.applied.actors.end());
        return received;
    }

    static Bytes edit(Replica& at, const std::vector<Edit>& edits) {
        Bytes update;
        const Result<void> done = at.edit(edits, update);
        EXPECT_TRUE(done) << done.error().message;
        return update;
    }
    static Bytes insert(Replica& at, std::uint64_t position, std::string_view text) {
        return edit(at, {Edit::insert_text("a", position, text)});
    }
    static Bytes erase(Replica& at, std::uint64_t position, std::uint64_t units) {
        return edit(at, {Edit::delete_text("a", position, units)});
    }

    static std::string text(const Replica& of, std::string_view root = "a") {
        const auto text = of.text(root, 0, all_units);
        return text ? *text : "";
    }
    static Bytes state(const Replica& of) {
        Bytes out;
        EXPECT_TRUE(of.state(ParkedParts::left_out, out));
        return out;
    }
    static Bytes diff(const Replica& of, BytesView state_vector) {
        Bytes out;
        EXPECT_TRUE(of.diff(state_vector, out));
        return out;
    }
    static Bytes state_vector(const Replica& of) {
        Bytes out;
        of.state_vector(out);
        return out;
    }
    Bytes merge(const std::vector<Bytes>& updates) {
        const std::vector<BytesView> views(updates.begin(), updates.end());
        Bytes out;
        const Result<void> done = crdt().merge(views, out);
        EXPECT_TRUE(done) << done.error().message;
        return out;
    }

    template <class T>
    static Code code_of(const Result<T>& result) {
        return result ? Code::ok : result.error().code;
    }

    static Bytes restored(const Restore& extension, Replica& replica, BytesView version) {
        Bytes update;
        const Result<void> done = extension.restore(replica, version, update);
        EXPECT_TRUE(done) << done.error().message;
        return update;
    }

    /// `from` gives `to` all that it lacks.
    static Received catch_up(Replica& to, const Replica& from) {
        return receive(to, diff(from, state_vector(to)));
    }

    static void expect_same(const Replica& a, const Replica& b) {
        EXPECT_EQ(text(a, "a"), text(b, "a"));
        EXPECT_EQ(text(a, "b"), text(b, "b"));
        for (const char* root : {"a", "b"}) {
            const auto one = a.json(root);
            const auto other = b.json(root);
            ASSERT_EQ(one.ok(), other.ok());
            EXPECT_TRUE(!one || *one == *other) << *one << " and " << *other;
        }
        EXPECT_EQ(a.digest(), b.digest());
        EXPECT_EQ(state_vector(a), state_vector(b));
    }

    /// Length in UTF-16 code units of valid UTF-8.
    static std::uint64_t units(std::string_view text) {
        std::uint64_t units = 0;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            units += (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
        }
        return units;
    }

    /// One or two edits somewhere; nothing when they would cut a character.
    static Bytes edit_something(Replica& at, Random& random) {
        static const std::array<std::string, 5> words{"a", "bcd", "\xc3\xa4", "\xf0\x9f\x98\x80",
                                                      "x\xf0\x9f\x87\xa9y"};
        std::vector<Edit> edits;
        const std::string root = random() % 4 == 0 ? "b" : "a";
        std::uint64_t length = units(text(at, root));
        for (std::size_t left = 1 + random() % 2; left > 0; --left) {
            if (length > 0 && random() % 3 == 0) {
                const std::uint64_t position = random() % length;
                const std::uint64_t taken =
                    1 + random() % std::min<std::uint64_t>(6, length - position);
                edits.push_back(Edit::delete_text(root, position, taken));
                length -= taken;
            } else {
                const std::string& word = words[random() % words.size()];
                edits.push_back(Edit::insert_text(root, random() % (length + 1), word));
                length += units(word);
            }
        }
        Bytes update;
        const Result<void> done = at.edit(edits, update);
        EXPECT_TRUE(done || done.error().code == Code::invalid) << done.error().message;
        EXPECT_TRUE(done || update.empty());
        return update;
    }

    /// Updates of several authors who know of each other now and then.
    std::vector<Bytes> random_history(Random& random, std::size_t length) {
        std::vector<std::unique_ptr<Replica>> authors;
        for (std::uint64_t actor = 1; actor <= 3; ++actor) {
            authors.push_back(replica(actor));
        }
        std::vector<Bytes> updates;
        while (updates.size() < length) {
            Replica& author = *authors[random() % authors.size()];
            if (random() % 4 == 0) {
                catch_up(author, *authors[random() % authors.size()]);
            }
            Bytes update = edit_something(author, random);
            if (!update.empty()) {
                updates.push_back(std::move(update));
            }
        }
        return updates;
    }

private:
    std::unique_ptr<CrdtUnderTest> under_test_;
};

}  // namespace weft::conformance
