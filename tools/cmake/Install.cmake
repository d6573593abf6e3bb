# SPDX-License-Identifier: Apache-2.0
# cmake --install: the program, what it serves and reads, its papers, and the service's files.
set(data "${CMAKE_INSTALL_DATADIR}/wiregauge")
set(packaging "${PROJECT_SOURCE_DIR}/tools/packaging")

install(TARGETS wiregauge RUNTIME DESTINATION bin)
install(FILES "${PROJECT_SOURCE_DIR}/api/openapi.yaml" DESTINATION "${data}/api")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/lua" "${PROJECT_SOURCE_DIR}/migrations"
  DESTINATION "${data}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/README.md"
  "${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${PROJECT_SOURCE_DIR}/docs/configuration.md"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES "${packaging}/wiregauge.yaml" DESTINATION etc/wiregauge)

# The unit names the folder that is installed into, which is known only then.
set(unit "${PROJECT_BINARY_DIR}/wiregauge.service")
install(CODE "configure_file(\"${packaging}/wiregauge.service\" \"${unit}\" @ONLY)")
install(FILES "${unit}" DESTINATION lib/systemd/system)
install(FILES "${packaging}/wiregauge.sysusers" DESTINATION lib/sysusers.d RENAME wiregauge.conf)
