// One of several shapes, in place.
#pragma once

#include <variant>

namespace triad::gateway {

// The first of `Shapes` whose Fits(route) is true, made of `Owner`. Kept in place:
// a request needs no memory of its own for its shape. The last of them fits
// always.
template <typename Base, typename... Shapes>
class FirstThatFits {
 public:
  template <typename Route, typename Owner>
  FirstThatFits(const Route& route, Owner& owner) {
    static_cast<void>((Try<Shapes>(route, owner) || ...));
  }

  Base* operator->() const { return shape_; }

 private:
  template <typename Shape, typename Route, typename Owner>
  bool Try(const Route& route, Owner& owner) {
    if (!Shape::Fits(route)) return false;
    shape_ = &shapes_.template emplace<Shape>(owner);
    return true;
  }

  std::variant<std::monostate, Shapes...> shapes_;
  Base* shape_ = nullptr;
};

}  // namespace triad::gateway
