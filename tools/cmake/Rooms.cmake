# SPDX-License-Identifier: Apache-2.0
# A room is one folder of src/ and one static library. What a room may include follows from what it
# links: each room's headers are reached through a view of its own (<build>/rooms/<target>/<room>),
# so `#include "flow/flow.h"` compiles only in a room that names `flow` in DEPS.
#
#   wiregauge_room(publish/http SOURCES a.cc b.cc DEPS base [USES third-party-target...])
#
# DEPS are rooms whose types may stand in this room's headers (PUBLIC); USES are third-party targets
# and stay out of the headers (PRIVATE). tools/check_layers.py reads the same calls.
function(wiregauge_room room)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;USES" ${ARGN})
  wiregauge_room_target(target ${room})
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/src/${room}/")
  set(view "${PROJECT_BINARY_DIR}/rooms/${target}")
  get_filename_component(parent "${view}/${room}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/src/${room}" "${view}/${room}" SYMBOLIC)

  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC "${view}")
  foreach(dependency IN LISTS ARG_DEPS)
    wiregauge_room_target(dependency_target ${dependency})
    target_link_libraries(${target} PUBLIC ${dependency_target})
  endforeach()
  target_link_libraries(${target} PRIVATE wiregauge_compiler ${ARG_USES})
endfunction()

# room "publish/http" -> target "wiregauge_publish_http"
function(wiregauge_room_target result room)
  string(REPLACE "/" "_" name "${room}")
  set(${result} "wiregauge_${name}" PARENT_SCOPE)
endfunction()

# What every test has: its kind, and the seconds it may take, many times as many under a sanitizer.
function(wiregauge_test_limits test label seconds)
  set(slowdown 1)
  if(WIREGAUGE_SANITIZE)
    set(slowdown 10)
  endif()
  math(EXPR seconds "${seconds} * ${slowdown}")
  set_tests_properties(${test} PROPERTIES LABELS ${label} TIMEOUT ${seconds}
    ENVIRONMENT_MODIFICATION
    "WIREGAUGE_SLOWDOWN=set:${slowdown};TSAN_OPTIONS=set:suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp")
endfunction()

# A room's unit tests: one binary that links that room (and GoogleTest) only.
#
#   wiregauge_room_test(flow SOURCES a_test.cc b_test.cc)     in tests/unit/flow/CMakeLists.txt
function(wiregauge_room_test room)
  cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
  wiregauge_room_target(target ${room})
  add_executable(${target}_test ${ARG_SOURCES})
  target_link_libraries(${target}_test PRIVATE ${target} wiregauge_compiler GTest::gmock_main)
  # What tests of several rooms use: "unit/base/fixed_clock.h".
  target_include_directories(${target}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  add_test(NAME unit_${target} COMMAND ${target}_test)
  wiregauge_test_limits(unit_${target} unit 300)
  set_tests_properties(unit_${target} PROPERTIES
    ENVIRONMENT "WIREGAUGE_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()
