#include "runtime/io/weak_ptr.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace triad {
namespace {

struct Object {
  int value = 7;
  WeakPtrFactory<Object> weak_factory{this};
};

TEST(WeakPtrTest, IsNullUntilItIsGivenAnObject) {
  WeakPtr<Object> weak;
  EXPECT_EQ(weak.get(), nullptr);
  EXPECT_FALSE(weak);
}

TEST(WeakPtrTest, LeadsToTheObjectWhileItLives) {
  Object object;
  WeakPtr<Object> weak = object.weak_factory.Get();
  ASSERT_TRUE(weak);
  EXPECT_EQ(weak.get()->value, 7);
}

TEST(WeakPtrTest, EveryCopyIsNullOnceTheObjectIsGone) {
  auto object = std::make_unique<Object>();
  WeakPtr<Object> first = object->weak_factory.Get();
  WeakPtr<Object> copy = first;
  WeakPtr<Object> moved = std::move(first);
  object.reset();
  EXPECT_EQ(copy.get(), nullptr);
  EXPECT_EQ(moved.get(), nullptr);
}

TEST(WeakPtrTest, MayBeGoneBeforeTheObject) {
  Object object;
  std::optional<WeakPtr<Object>> weak = object.weak_factory.Get();
  weak.reset();
  EXPECT_EQ(object.weak_factory.Get().get(), &object);
}

TEST(WeakPtrTest, IsAssignedAnotherObject) {
  Object first;
  Object second;
  WeakPtr<Object> weak = first.weak_factory.Get();
  weak = second.weak_factory.Get();
  EXPECT_EQ(weak.get(), &second);
  WeakPtr<Object>& same = weak;
  weak = same;
  EXPECT_EQ(weak.get(), &second);
}

}  // namespace
}  // namespace triad
