# SPDX-License-Identifier: AGPL-3.0-or-later
# What may follow on a line of beffroi: fish. Printed by `beffroi completion fish`.
complete -c beffroi -f
complete -c beffroi -n __fish_use_subcommand -a 'watch serve incident exception import event asset reload rules learn law study intel report dossier trace user token doctor tuning completion help version'
complete -c beffroi -n '__fish_seen_subcommand_from serve' -l listen -x
complete -c beffroi -n '__fish_seen_subcommand_from serve' -l tls -xa 'auto off'
complete -c beffroi -n '__fish_seen_subcommand_from serve' -l name -x
complete -c beffroi -n '__fish_seen_subcommand_from incident' -a 'list show timeline causes clock similar stats categories fields playbook notice export open aware set log comment lesson task evidence custody cause action relate merge split start notified reopen send import'
complete -c beffroi -n '__fish_seen_subcommand_from incident' -l as -x
complete -c beffroi -n '__fish_seen_subcommand_from incident' -l alerts
complete -c beffroi -n '__fish_seen_subcommand_from send' -xa 'glpi webhook'
complete -c beffroi -n '__fish_seen_subcommand_from send' -l dry-run
complete -c beffroi -n '__fish_seen_subcommand_from send' -l connectors -rF
complete -c beffroi -n '__fish_seen_subcommand_from import' -xa 'eve zeek syslog nmap csv'
complete -c beffroi -n '__fish_seen_subcommand_from eve zeek syslog nmap csv' -F
complete -c beffroi -n '__fish_seen_subcommand_from import' -l socket -rF
complete -c beffroi -n '__fish_seen_subcommand_from import' -l datagram
complete -c beffroi -n '__fish_seen_subcommand_from import' -l zone -x
complete -c beffroi -n '__fish_seen_subcommand_from import' -l year -x
complete -c beffroi -n '__fish_seen_subcommand_from import' -l column -x
complete -c beffroi -n '__fish_seen_subcommand_from event' -a 'list traffic days'
complete -c beffroi -n '__fish_seen_subcommand_from event' -l search -x
complete -c beffroi -n '__fish_seen_subcommand_from event' -l type -xa 'alert anomaly dns flow http tls'
complete -c beffroi -n '__fish_seen_subcommand_from event' -l from -x
complete -c beffroi -n '__fish_seen_subcommand_from event' -l to -x
complete -c beffroi -n '__fish_seen_subcommand_from event' -l limit -x
complete -c beffroi -n '__fish_seen_subcommand_from event' -l after -x
complete -c beffroi -n '__fish_seen_subcommand_from event' -l step -x
complete -c beffroi -n '__fish_seen_subcommand_from event' -l zone -x
complete -c beffroi -n '__fish_seen_subcommand_from exception' -a 'list show add end sid= detector= address= side= pattern= until= why='
complete -c beffroi -n '__fish_seen_subcommand_from asset' -a 'list show add set merge split history'
complete -c beffroi -n '__fish_seen_subcommand_from asset' -l difference -xa 'unknown never-seen service-unknown service-silent'
complete -c beffroi -n '__fish_seen_subcommand_from import' -l host -x
complete -c beffroi -n '__fish_seen_subcommand_from report' -a 'incident period committee'
complete -c beffroi -n '__fish_seen_subcommand_from report' -l kind -xa 'management technical notice'
complete -c beffroi -n '__fish_seen_subcommand_from report' -l format -xa 'html xlsx odt docx pdf'
complete -c beffroi -n '__fish_seen_subcommand_from report' -s o -l output -rF
complete -c beffroi -n '__fish_seen_subcommand_from report' -l public
complete -c beffroi -n '__fish_seen_subcommand_from report' -l cover -x
complete -c beffroi -n '__fish_seen_subcommand_from report' -l from -x
complete -c beffroi -n '__fish_seen_subcommand_from report' -l to -x
complete -c beffroi -n '__fish_seen_subcommand_from rules' -a 'check list explain test stats add sources remove enable disable modify' -F
complete -c beffroi -n '__fish_seen_subcommand_from learn' -a 'dataset train import export show approve evaluate calibrate scan stress card deploy explain normal' -F
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l data -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l because -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l alert -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l as -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l dossier -xa '(__fish_complete_directories)'
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l mapping -xa 'fv64 zeek-conn eve-flow netflow ctu13 cic unsw-nb15 nsl-kdd'
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l max-rows -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l labels -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l against -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -s r -l read -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l moments
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l out -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l mode -xa 'auto symmetric levels'
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l trees -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l depth -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l seed -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l threads -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l codes -xa 'zeek-conn eve-flow netflow'
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l positive-weight -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l approver -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l sheet -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l key -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l days -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l model -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l site -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l splits -xa 'all capture family time random'
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l test -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l target -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l epsilon -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l local -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l row -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l trials -x
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l results -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l stress -rF
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l shortcuts
complete -c beffroi -n '__fish_seen_subcommand_from learn' -l keep -rF
complete -c beffroi -n '__fish_seen_subcommand_from law' -a 'list deadline'
complete -c beffroi -n '__fish_seen_subcommand_from deadline' -a 'gdpr gdpr-processor gdpr-draft nis2 cra-vulnerability cra-incident dora dora-strict insurance oiv health editor rights vae dt dict accreditation'
complete -c beffroi -n '__fish_seen_subcommand_from law' -l aware -x
complete -c beffroi -n '__fish_seen_subcommand_from law' -l zone -x
complete -c beffroi -n '__fish_seen_subcommand_from law' -l at -x
complete -c beffroi -n '__fish_seen_subcommand_from law' -l clocks -rF
complete -c beffroi -n '__fish_seen_subcommand_from intel' -a 'cvss'
complete -c beffroi -n '__fish_seen_subcommand_from study' -a 'init check show coverage orphans diff freeze document choose likelihood lint' -F
complete -c beffroi -n '__fish_seen_subcommand_from study' -l type -xa 'town hospital workshop school study requirements'
complete -c beffroi -n '__fish_seen_subcommand_from study' -l format -xa 'text json html xlsx'
complete -c beffroi -n '__fish_seen_subcommand_from dossier' -a 'init info verify backup restore export import handover purge migrate'
complete -c beffroi -n '__fish_seen_subcommand_from backup restore export import' -xa '(__fish_complete_directories)'
complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l yes
complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l head -x
complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l max-size -x
complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l retention -rF
complete -c beffroi -n '__fish_seen_subcommand_from user' -a 'list roles add set link password remove role=technician role=expert role=manager role=dpo role=auditor role=candidate role=admin'
complete -c beffroi -n '__fish_seen_subcommand_from token' -a 'list add remove'
complete -c beffroi -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c beffroi -l format -xa 'text json'
complete -c beffroi -l lang -xa 'en fr'
complete -c beffroi -l color -xa 'auto always never'
complete -c beffroi -l help
complete -c beffroi -l dossier -xa '(__fish_complete_directories)'
complete -c beffroi -n '__fish_seen_subcommand_from watch' -F
complete -c beffroi -n '__fish_seen_subcommand_from watch' -s r -l read -rF
complete -c beffroi -n '__fish_seen_subcommand_from watch' -s i -l interface -xa '(ls /sys/class/net 2>/dev/null)'
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l eve -rF
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l tuning -rF
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l overlap-policy -x
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l host-os -x
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l no-dossier
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l keep-events -xa 'all flows none'
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l checksums -xa 'on off'
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l threads -x
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l memory -x
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l filter -x
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l for -x
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l features
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l community-id
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l flow-vectors -rF
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l model -rF
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l vector-addresses
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l vector-moments
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l fail-on -xa 'minor significant serious critical'
complete -c beffroi -n '__fish_seen_subcommand_from watch' -s q -l quiet
complete -c beffroi -n '__fish_seen_subcommand_from watch' -s v -l verbose
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l rules -rF
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l rules-cache -xa 'none (__fish_complete_directories)'
complete -c beffroi -n '__fish_seen_subcommand_from watch' -l suricata-yaml -rF
complete -c beffroi -n '__fish_seen_subcommand_from watch' -s k -l set -x
