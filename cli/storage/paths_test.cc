// Names as people write them, and what they become on their way.
#include "cli/storage/paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/storage/call.h"
#include "cli/transport/rest.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

using ::testing::HasSubstr;
namespace v1 = storage::v1;

TEST(ObjectPathTest, TakesANameAsItIs) {
  for (const char* name : {"a", "a b", "a:metadata", "50%", "a%2Fb", "1+1", "what?", "#1",
                           "ü/é/日本", "a/b/c.txt", "triad://x/y"}) {
    ObjectPath path = *ParsePath("PATH", absl::StrCat("triad://photos/", name));
    EXPECT_EQ(path.bucket, "photos");
    EXPECT_EQ(path.name, name);
    EXPECT_EQ(path.text(), absl::StrCat("triad://photos/", name));
    EXPECT_EQ(PathOfResource(path.resource()).text(), path.text());
  }
}

TEST(ObjectPathTest, NamesTheArgumentThatIsNone) {
  for (const char* text :
       {"", "photos/a", "triad:/photos/a", "triad://", "triad:///a", "triad://photos/\xff"}) {
    absl::Status status = ParsePath("PATH", text).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("PATH: expected triad://BUCKET/NAME"));
  }
}

TEST(ObjectPathTest, KnowsObjectsFromFoldersAndBuckets) {
  EXPECT_FALSE(ParseObject("PATH", "triad://photos").ok());
  EXPECT_FALSE(ParseObject("PATH", "triad://photos/").ok());
  EXPECT_FALSE(ParseObject("PATH", "triad://photos/a/").ok());
  EXPECT_EQ(ParsePath("PATH", "triad://photos/a")->folder().name, "a/");
  EXPECT_EQ(ParsePath("PATH", "triad://photos/a/")->folder().name, "a/");
  EXPECT_EQ(ParsePath("PATH", "triad://photos")->folder().name, "");
  for (const char* text : {"photos", "triad://photos", "triad://photos/"}) {
    EXPECT_EQ(ParseBucket("BUCKET", text)->bucket, "photos");
  }
  EXPECT_FALSE(ParseBucket("BUCKET", "triad://photos/a").ok());
}

TEST(ObjectPathTest, ReachesTheGatewayWithoutAMeaningOfItsOwn) {
  v1::GetObjectRequest request;
  request.set_name(ParsePath("PATH", "triad://photos/a b/50%+?#:x")->resource());
  request.set_generation(7);
  EXPECT_EQ(ToRest(StorageMethod("GetObject"), request)->target,
            "/api/v1/buckets/photos/objects/a%20b/50%25%2B%3F%23%3Ax:metadata?generation=7");
}

TEST(ObjectPathTest, EveryMethodOfTheServiceHasAnAddress) {
  const auto* service = StorageMethod("GetObject").service();
  for (int i = 0; i < service->method_count(); ++i) {
    const google::protobuf::MethodDescriptor& method = *service->method(i);
    std::unique_ptr<google::protobuf::Message> request(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(method.input_type())
            ->New());
    EXPECT_TRUE(ToRest(method, *request).ok()) << method.full_name();
  }
}

}  // namespace
}  // namespace triad::cli
