// The algorithm against a slow model of it: one character at a time, in a tree that is sorted anew for every reading.
#include "rga.hpp"
#include "update.hpp"
#include "utf8.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace weft::rga {
namespace {

/// All operations that anybody made. A character's children stand behind it, those of greater (sum, id) first.
class Model {
public:
    void add(BytesView update) {
        const auto runs = read_update(update);
        for (OperationRun run : *runs) {
            Operation operation;
            while (run.next(operation)) {
                add(operation);
            }
        }
    }

    std::string text() const {
        std::string text;
        std::vector<Id> open = children_of(beginning);  // the last one is next
        while (!open.empty()) {
            const Id id = open.back();
            open.pop_back();
            text += erased_.contains(id) ? "" : characters_.at(id).text;
            const auto more = children_of(id);
            open.insert(open.end(), more.begin(), more.end());
        }
        return text;
    }

private:
    struct Character {
        std::string text;
        std::uint64_t sum;
    };
    static constexpr Id beginning{~std::uint64_t{0}, 0};

    void add(Operation operation) {
        if (!operation.inserts()) {
            for (std::uint64_t i = 0; i < operation.length; ++i) {
                erased_.insert({operation.target.actor, operation.target.clock + i});
            }
            return;
        }
        Id left = operation.kind == Operation::Kind::insert_first ? beginning : operation.target;
        std::string_view rest = operation.text;
        for (std::uint64_t i = 0; i < operation.length; ++i) {
            const Id id{operation.id.actor, operation.id.clock + i};
            const std::size_t bytes = bytes_of_character(rest[0]);
            if (characters_
                    .emplace(id, Character{std::string(rest.substr(0, bytes)), operation.sum + i})
                    .second) {
                children_[left].push_back(id);
            }
            rest.remove_prefix(bytes);
            left = id;
        }
    }

    /// Ascending: the one to read first comes last.
    std::vector<Id> children_of(const Id& left) const {
        const auto found = children_.find(left);
        std::vector<Id> children = found == children_.end() ? std::vector<Id>() : found->second;
        std::sort(children.begin(), children.end(), [this](const Id& a, const Id& b) {
            return std::pair(characters_.at(a).sum, a) < std::pair(characters_.at(b).sum, b);
        });
        return children;
    }

    std::map<Id, Character> characters_;
    std::map<Id, std::vector<Id>> children_;
    std::set<Id> erased_;
};

class RgaAgainstTheModel : public testing::TestWithParam<unsigned> {};

TEST_P(RgaAgainstTheModel, ReadsTheSameAfterARandomHistory) {
    std::mt19937 random(GetParam());
    const std::array<std::string, 4> words{"a", "bc", "\xc3\xa4", "d\xf0\x9f\x98\x80"};
    std::vector<std::unique_ptr<Replica>> replicas;
    for (std::uint64_t actor = 1; actor <= 4; ++actor) {
        replicas.push_back(replica(actor));
    }
    Model model;
    std::vector<Bytes> updates;
    std::vector<std::set<std::size_t>> missing(replicas.size());
    for (int turn = 0; turn < 300; ++turn) {
        const std::size_t who = random() % replicas.size();
        Replica& at = *replicas[who];
        const std::uint64_t units = measure(text(at))->units;
        std::vector<Edit> edits;
        if (units > 0 && random() % 3 == 0) {
            const std::uint64_t position = random() % units;
            edits.push_back(Edit::delete_text("t", position, 1 + random() % (units - position)));
        } else {
            edits.push_back(Edit::insert_text("t", random() % (units + 1), words[random() % 4]));
        }
        Bytes update;
        if (at.edit(edits, update)) {  // else inside a character
            model.add(update);
            for (std::size_t i = 0; i < replicas.size(); ++i) {
                if (i != who) {
                    missing[i].insert(updates.size());
                }
            }
            updates.push_back(update);
        }
        // Somebody hears of something, in any order.
        auto& to_hear = missing[random() % replicas.size()];
        for (int i = 0; i < 2 && !to_hear.empty(); ++i) {
            const auto next =
                std::next(to_hear.begin(), static_cast<std::ptrdiff_t>(random() % to_hear.size()));
            receive(*replicas[static_cast<std::size_t>(&to_hear - missing.data())], updates[*next]);
            to_hear.erase(next);
        }
    }
    for (std::size_t i = 0; i < replicas.size(); ++i) {
        for (const std::size_t update : missing[i]) {
            receive(*replicas[i], updates[update]);
        }
        EXPECT_EQ(text(*replicas[i]), model.text()) << "replica " << i;
        EXPECT_EQ(replicas[i]->digest(), replicas[0]->digest());
        const auto loaded = replica();
        const Bytes all = state(*replicas[i]);
        EXPECT_EQ(receive(*loaded, all).applied.code, Code::ok);
        EXPECT_EQ(text(*loaded), model.text());
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RgaAgainstTheModel, testing::Range(1u, 101u));

}  // namespace
}  // namespace weft::rga
