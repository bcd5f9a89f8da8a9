// Keys that change, and what the audit log hears of those who may not, over real gRPC.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "services/config/secrets/keys_handler.h"
#include "services/config/testing/service_fixture.h"

namespace triad::config {
namespace {

using testing::ConfigServiceTest;
using testing::FieldOf;

class RefusedCallsTest : public ConfigServiceTest {
 protected:
  RefusedCallsTest() {
    admission_.SetOnRefused(
        [this](const RequestContext& call, const absl::Status& status, std::string resource) {
          std::string method = call.origin().method;
          MutexLock lock(mutex_);
          refused_.push_back(absl::StrCat(method.substr(method.find('/') + 1), " ", resource, " ",
                                          absl::StatusCodeToString(status.code())));
        });
  }
  std::vector<std::string> Refused() {
    MutexLock lock(mutex_);
    return refused_;
  }

  Mutex mutex_;
  std::vector<std::string> refused_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(RefusedCallsTest, SayWhatTheyWereAbout) {
  EXPECT_EQ(Set(Text("x", "1"), nullptr, "wrong").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_FALSE(Set(Text("x", std::string(100'000, 'x')), nullptr, "wrong").ok());
  {
    grpc::ClientContext context;
    v1::RevealEntryRequest request;
    request.set_name("namespaces/app/entries/SECRET_KEY");
    v1::Entry entry;
    EXPECT_FALSE(stub_->RevealEntry(&context, request, &entry).ok());
  }
  {
    grpc::ClientContext context;
    v1::CommitEntriesRequest request;
    request.set_parent("namespaces/app");
    v1::CommitEntriesResponse response;
    EXPECT_FALSE(stub_->CommitEntries(&context, request, &response).ok());
  }
  {
    grpc::ClientContext context;
    v1::Keyring keyring;
    EXPECT_EQ(stub_->GetKeyring(&context, {}, &keyring).error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
  }
  EXPECT_THAT(Refused(),
              ::testing::ElementsAre(
                  "SetEntry namespaces/app/entries/x UNAUTHENTICATED", "SetEntry  UNAUTHENTICATED",
                  "RevealEntry namespaces/app/entries/SECRET_KEY UNAUTHENTICATED",
                  "CommitEntries namespaces/app UNAUTHENTICATED", "GetKeyring  UNAUTHENTICATED"));
}

// What a stranger sends can be listed by who may.
TEST_F(RefusedCallsTest, HoldNothingThatCannotBePrinted) {
  for (const std::string& key : {std::string("a\0b\n", 4), std::string(1000, 'x') + "äöüäöüäöü"}) {
    EXPECT_FALSE(Set(Text(key, "1"), nullptr, "wrong").ok());
  }
  EXPECT_THAT(Refused(), ::testing::ElementsAre(
                             "SetEntry namespaces/app/entries/a\\x00\\x62\\n UNAUTHENTICATED",
                             absl::StrCat("SetEntry namespaces/app/entries/",
                                          std::string(1000, 'x'), " UNAUTHENTICATED")));
}

// The cut is not in the middle of a character.
TEST_F(RefusedCallsTest, AreCutBetweenCharacters) {
  EXPECT_FALSE(Set(Text(std::string(999, 'x') + "ä", "1"), nullptr, "wrong").ok());
  EXPECT_THAT(Refused(),
              ::testing::ElementsAre(absl::StrCat("SetEntry namespaces/app/entries/",
                                                  std::string(999, 'x'), "ä UNAUTHENTICATED")));
}

TEST_F(ConfigServiceTest, RotatesDataKeys) {
  v1::RotateDataKeyRequest request;
  request.set_name("namespaces/app");
  v1::DataKey key;
  ASSERT_TRUE(Call(&v1::ConfigService::Stub::RotateDataKey, request, &key).ok());
  EXPECT_EQ(key.name(), "namespaces/app/dataKeys/2");
  request.set_validate_only(true);
  ASSERT_TRUE(Call(&v1::ConfigService::Stub::RotateDataKey, request, &key).ok());
  EXPECT_EQ(key.name(), "namespaces/app/dataKeys/3");
  v1::Keyring keyring;
  ASSERT_TRUE(Call(&v1::ConfigService::Stub::GetKeyring, {}, &keyring).ok());
  ASSERT_EQ(keyring.keys_size(), 1);
  EXPECT_EQ(keyring.keys(0).id(), key.key_encryption_key());
  EXPECT_TRUE(keyring.keys(0).primary());
  ASSERT_TRUE(Call(&v1::ConfigService::Stub::RotateKeyEncryptionKey, {}, &keyring).ok());
  ASSERT_EQ(keyring.keys_size(), 2);
  EXPECT_NE(keyring.keys(0).id(), key.key_encryption_key());
  request.set_name("namespaces/none");
  EXPECT_EQ(Call(&v1::ConfigService::Stub::RotateDataKey, request, &key).error_code(),
            grpc::StatusCode::NOT_FOUND);
  request.set_name("none");
  grpc::Status refused = Call(&v1::ConfigService::Stub::RotateDataKey, request, &key);
  EXPECT_EQ(FieldOf(refused), "name");
}

}  // namespace
}  // namespace triad::config
