// Rows that are known again by the key of their edit.
#include "kernel/document/keyed_rows.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(KeyedRows, KnowARowByItsKey) {
    KeyedRows rows;
    const Bytes update{1, 2, 3};
    rows.add(keyed_mark(17, update), update);
    rows.add(4711, Bytes{4, 5});
    EXPECT_TRUE(rows.contains(17));
    EXPECT_FALSE(rows.contains(18));
}

TEST(KeyedRows, AMarkIsOfItsUpdateAndNotOfTheKeyAlone) {
    EXPECT_NE(keyed_mark(17, Bytes{1, 2, 3}), keyed_mark(17, Bytes{1, 2, 4}));
    Bytes a(5000, 'x');
    Bytes b = a;
    b.back() = 'y';
    EXPECT_NE(keyed_mark(17, a), keyed_mark(17, b));
    KeyedRows rows;
    rows.add(keyed_mark(17, a), b);
    EXPECT_FALSE(rows.contains(17));
}

TEST(KeyedRows, ForgetTheOldest) {
    KeyedRows rows;
    const Bytes update{1};
    rows.add(keyed_mark(17, update), update);
    for (std::size_t i = 1; i < KeyedRows::rows_max; ++i) {
        rows.add(i, update);
    }
    EXPECT_TRUE(rows.contains(17));
    rows.add(1, update);
    EXPECT_FALSE(rows.contains(17));
}

}  // namespace
}  // namespace weft
