# SPDX-License-Identifier: AGPL-3.0-or-later
# What may follow on a line of beffroi: bash, and zsh through its bashcompinit. Printed by `beffroi completion bash`.
_beffroi() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} words=
	COMPREPLY=()
	case $before in
	--format) words='text json'; [ "$verb" = report ] && words='html xlsx odt docx pdf' ;;
	--kind) words='management technical notice' ;;
	--notice) words='gdpr nis2' ;;
	--output|-o) COMPREPLY=($(compgen -f -- "$word")); return ;;
	--tls) words='auto off' ;;
	--lang) words='en fr' ;;
	--color) words='auto always never' ;;
	--checksums) words='on off' ;;
	--keep-events) words='all flows none' ;;
	--fail-on) words='minor significant serious critical' ;;
	--interface|-i) words=$(ls /sys/class/net 2>/dev/null) ;;
	--read|-r|--eve|--rules|--suricata-yaml|--tuning|--clocks|--retention|--connectors|--socket) COMPREPLY=($(compgen -f -- "$word")); return ;;
	--dossier|--rules-cache) COMPREPLY=($(compgen -d -- "$word")); return ;;
	--set|-k|--threads|--memory|--filter|--for|--aware|--at|--zone|--head|--as|--max-size|--year|--host|--column|--cover|--from|--to|--listen|--name|--search|--type|--limit|--after|--step) return ;;
	*)
		if [ "$COMP_CWORD" -eq 1 ]; then words='watch serve incident exception import event asset reload rules learn law study intel report dossier trace user token doctor tuning completion help version'
		else case $verb in
			watch)
				case $word in
				-*) words='--read --interface --eve --dossier --no-dossier --keep-events --checksums --threads --memory --format --filter --tuning --color --lang --features --community-id --model --flow-vectors --vector-addresses --vector-moments --rules --rules-cache --suricata-yaml --set --fail-on --for --overlap-policy --host-os --quiet --verbose --help' ;;
				*) COMPREPLY=($(compgen -f -- "$word")); return ;;
				esac ;;
			reload) words='--dossier --lang --help' ;;
			serve) words='--listen --dossier --tls --name --lang --help' ;;
			incident)
				case $before in
				incident) words='list show timeline causes clock similar stats categories fields playbook notice export open aware set log comment lesson task evidence custody cause action relate merge split start notified reopen send import' ;;
				import) COMPREPLY=($(compgen -f -- "$word")); return ;;
				*) words='glpi webhook --alerts --as --zone --clocks --dry-run --connectors --format --dossier --lang --color --help' ;;
				esac ;;
			import)
				case $before in
				import) words='eve zeek syslog nmap csv' ;;
				*) case $word in
					-*) words='--socket --datagram --zone --year --host --column --format --dossier --lang --color --help' ;;
					*) COMPREPLY=($(compgen -f -- "$word")); return ;;
					esac ;;
				esac ;;
			report)
				case $before in
				report) words='incident period committee' ;;
				*) words='--kind --format --output --lang --public --cover --notice --from --to --zone --clocks --dossier --quiet --help' ;;
				esac ;;
			event)
				case $before in
				event) words='list traffic days' ;;
				*) words='--search --type --from --to --limit --after --step --zone --format --dossier --lang --color --help' ;;
				esac ;;
			exception)
				case $before in
				exception) words='list show add end' ;;
				add) words='sid= detector= address= side= pattern= until= why=' ;;
				*) words='--as --zone --dossier --format --lang --color --help' ;;
				esac ;;
			asset)
				case $before in
				asset) words='list show add set merge split history' ;;
				--difference) words='unknown never-seen service-unknown service-silent' ;;
				*) words='--search --difference --limit --after --yes --as --format --dossier --lang --color --help' ;;
				esac ;;
			rules)
				case $before in
				rules) words='check list explain test stats add sources remove enable disable modify' ;;
				*) case $word in
					-*) words='-r --suricata-yaml --search --type --limit --key --ca --dossier --format --lang --color --help' ;;
					*) COMPREPLY=($(compgen -f -- "$word")); return ;;
					esac ;;
				esac ;;
			learn)
				case $before in
				learn) words='dataset train import export show approve evaluate calibrate scan stress card deploy explain normal' ;;
				--splits) words='all capture family time random' ;;
				--mapping) words='fv64 zeek-conn eve-flow netflow ctu13 cic unsw-nb15 nsl-kdd' ;;
				--mode) words='auto symmetric levels' ;;
				*) case $word in
					-*) words='--alert --because --as --dossier --data --mapping --out --mode --trees --depth --seed --threads --codes --positive-weight --approver --sheet --key --days --model --site --splits --test --target --epsilon --local --labels --against --moments --trials --results --stress --row -r --shortcuts --keep --max-rows --format --lang --color --help' ;;
					*) COMPREPLY=($(compgen -f -- "$word")); return ;;
					esac ;;
				esac ;;
			intel)
				case $before in
				intel) words='cvss' ;;
				*) words='--format --lang --help' ;;
				esac ;;
			study)
				case $before in
				study) words='init check show coverage orphans diff freeze document choose likelihood lint' ;;
				*) case $word in
					-*) words='--type --format --lang --color --help' ;;
					*) COMPREPLY=($(compgen -f -- "$word")); return ;;
					esac ;;
				esac ;;
			law)
				case $before in
				law) words='list deadline' ;;
				deadline) words='gdpr gdpr-processor gdpr-draft nis2 cra-vulnerability cra-incident dora dora-strict insurance oiv health editor rights vae dt dict accreditation' ;;
				*) words='--aware --zone --at --clocks --format --lang --color --help' ;;
				esac ;;
			dossier)
				case $before in
				dossier) words='init info verify backup restore export import handover purge migrate' ;;
				backup|restore|export|import) COMPREPLY=($(compgen -d -- "$word")); return ;;
				handover) COMPREPLY=($(compgen -f -- "$word")); return ;;
				*) words='--yes --head --max-size --retention --format --dossier --lang --color --help' ;;
				esac ;;
			user)
				case $before in
				user) words='list roles add set link password remove' ;;
				*) words='role=technician role=expert role=manager role=dpo role=auditor role=candidate role=admin display= language=fr language=en active=yes active=no codes=remove --format --dossier --lang --color --help' ;;
				esac ;;
			token)
				case $before in
				token) words='list add remove' ;;
				*) words='rights= days= --format --dossier --lang --color --help' ;;
				esac ;;
			doctor|trace) words='--format --dossier --lang --color --help' ;;
			tuning) words='--lang --help' ;;
			completion) words='bash zsh fish' ;;
			esac
		fi ;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o filenames -F _beffroi beffroi
