# SPDX-License-Identifier: Apache-2.0
# wiregauge_compiler: the flags every target of the project is built with.
add_library(wiregauge_compiler INTERFACE)
target_compile_options(wiregauge_compiler INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-qual $<$<BOOL:${WIREGAUGE_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(wiregauge_compiler INTERFACE -Wthread-safety -Werror=thread-safety)
endif()
if(WIREGAUGE_SANITIZE)
  target_compile_options(wiregauge_compiler INTERFACE -fsanitize=${WIREGAUGE_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(wiregauge_compiler INTERFACE -fsanitize=${WIREGAUGE_SANITIZE})
endif()
if(WIREGAUGE_FUZZERS)
  if(NOT WIREGAUGE_SANITIZE)
    message(FATAL_ERROR "WIREGAUGE_FUZZERS needs a sanitizer, whose runtime the programs that do not "
      "fuzz are linked with: use the preset fuzz, or set WIREGAUGE_SANITIZE=address")
  endif()
  target_compile_options(wiregauge_compiler INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(WIREGAUGE_HARDENING)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  target_compile_options(wiregauge_compiler INTERFACE -fstack-protector-strong -U_FORTIFY_SOURCE
    -D_FORTIFY_SOURCE=2)
  target_link_options(wiregauge_compiler INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
