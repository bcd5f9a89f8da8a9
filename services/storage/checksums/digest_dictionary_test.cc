#include "services/storage/checksums/digest_dictionary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace triad::storage {
namespace {

using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST(DecodeExactBase64Test, TakesOneWayOfWritingBytes) {
  EXPECT_THAT(DecodeExactBase64("/w=="), Optional(std::string("\xFF")));
  EXPECT_THAT(DecodeExactBase64(""), Optional(std::string()));
  for (const char* other : {"/w", "/w=", "/x==", "_w==", " /w==", "/w== ", "/w==\n", "/w==/w=="}) {
    EXPECT_EQ(DecodeExactBase64(other), std::nullopt) << other;
  }
}

TEST(ParseDigestDictionaryTest, TakesDigestsApart) {
  EXPECT_THAT(ParseDigestDictionary("sha-256=:YWI=:"),
              Optional(UnorderedElementsAre(Pair("sha-256", "ab"))));
  EXPECT_THAT(ParseDigestDictionary(" *a=:YQ==: ,\tb_.*-1=:YmM=:,c=:: "),
              Optional(UnorderedElementsAre(Pair("*a", "a"), Pair("b_.*-1", "bc"), Pair("c", ""))));
  EXPECT_THAT(ParseDigestDictionary("a=:YQ==:, a=:Yg==:"),
              Optional(UnorderedElementsAre(Pair("a", "b"))))
      << "the last counts";
  EXPECT_THAT(ParseDigestDictionary(""), Optional(IsEmpty()));
}

TEST(ParseDigestDictionaryTest, RefusesWhatIsNone) {
  for (const char* text : {"sha-256",
                           "sha-256=",
                           "sha-256=YWI=",
                           "sha-256=:YWI=",
                           "sha-256=YWI=:",
                           "SHA-256=:YWI=:",
                           "=:YWI=:",
                           "1=:YWI=:",
                           "a=:YWI:",
                           "a=:Y!I=:",
                           "a=:YWI=: b=:YWI=:",
                           "a=:YWI=:,",
                           ",a=:YWI=:",
                           "a=:YWI=:,,b=:YWI=:",
                           "a =:YWI=:",
                           "a= :YWI=:",
                           "a=:YWI=:;p=1",
                           "a=\"YWI=\"",
                           "a=(:YWI=:)",
                           "a=1",
                           "a=?1",
                           ":YWI=:"}) {
    EXPECT_EQ(ParseDigestDictionary(text), std::nullopt) << text;
  }
}

// RFC 9530's example: {"hello": "world"} and a line feed.
TEST(FormatReprDigestTest, IsReadBack) {
  std::string digest =
      FormatReprDigest("44aff4ab2d7c3250525675a08f0cfa9591168cffe51791c5f5bbc417c15a6c38");
  EXPECT_EQ(digest, "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
  EXPECT_THAT(ParseDigestDictionary(digest),
              Optional(UnorderedElementsAre(Pair("sha-256", SizeIs(32)))));
}

}  // namespace
}  // namespace triad::storage
