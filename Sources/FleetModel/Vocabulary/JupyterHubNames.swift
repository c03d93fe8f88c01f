/// The names of settings that JupyterHub reads, by class.
///
/// Source: the configurable traits of jupyterhub 5.4, oauthenticator 17, kubespawner 7 and the authenticators beside
/// them. A class that is not here is not judged.
package enum JupyterHubNames {
    /// All classes that are known.
    static let classNames = Set(all.keys)

    /// The settings of a class, with those that it inherits; nil for a class that is not known.
    static func settings(of name: String) -> Set<String>? { all[name] }

    /// The classes that a class is made from, the nearest first.
    static func ancestors(of name: String) -> [String] {
        // Each of the OAuth logins has a twin that makes users of the machine too.
        if let plain = parent(of: String(name.dropFirst("Local".count))), name.hasPrefix("Local"),
            plain == "OAuthenticator"
        {
            let twin = String(name.dropFirst("Local".count))
            return ["LocalAuthenticator", twin] + ancestors(of: twin)
        }
        guard let parent = parent(of: name) else { return [] }
        return [parent] + ancestors(of: parent)
    }

    private static func parent(of name: String) -> String? {
        if let known = parents[name] { return known }
        if name.hasSuffix("OAuthenticator"), name != "OAuthenticator" { return "OAuthenticator" }
        return name.hasSuffix("Authenticator") && name != "Authenticator" ? "Authenticator" : nil
    }

    private static let all: [String: Set<String>] = {
        let twins = own.keys.filter { parent(of: $0) == "OAuthenticator" }.map { "Local" + $0 }
        return Dictionary(
            uniqueKeysWithValues: (own.keys + twins).map { name in
                (name, ([name] + ancestors(of: name)).reduce(into: Set<String>()) { $0.formUnion(own[$1] ?? []) })
            })
    }()

    private static let parents = [
        "ConfigurableHTTPProxy": "Proxy", "EventReflector": "ResourceReflector", "JupyterHub": "Application",
        "KubeIngressProxy": "Proxy", "KubeSpawner": "Spawner", "LocalProcessSpawner": "Spawner",
        "OAuthenticator": "Authenticator", "PAMAuthenticator": "LocalAuthenticator",
        "SimpleLocalProcessSpawner": "LocalProcessSpawner",
    ]

    private static let own: [String: Set<String>] = texts.mapValues {
        Set($0.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private static let texts = [
        "Application": "log_datefmt log_format log_level logging_config show_config show_config_json",
        "Auth0OAuthenticator": "allow_unverified_email auth0_domain auth0_subdomain username_key",
        "Authenticator": """
        admin_users allow_all allow_existing_users allowed_users any_allow_config auth_refresh_age auto_login
        auto_login_oauth2_authorize blocked_users delete_invalid_users enable_auth_state manage_groups manage_roles
        otp_prompt post_auth_hook refresh_pre_spawn refresh_pre_stop request_otp reset_managed_roles_on_startup
        username_map username_pattern whitelist
        """,
        "AzureAdOAuthenticator": "graph_url tenant_id user_groups_claim",
        "BitbucketOAuthenticator": "allowed_teams team_whitelist",
        "CILogonOAuthenticator": """
        additional_username_claims allowed_idps cilogon_host idp idp_whitelist idps scope shown_idps skin
        strip_idp_domain username_claim
        """,
        "ConfigurableHTTPProxy": """
        api_url auth_token check_running_interval command concurrency debug log_level pid_file
        """,
        "CryptKeeper": "keys n_threads",
        "DummyAuthenticator": "password",
        "EventReflector": "",
        "FirstUseAuthenticator": "check_passwords_on_startup create_users dbm_path min_password_length",
        "GenericOAuthenticator": "claim_groups_key extra_params tls_verify username_key",
        "GitHubOAuthenticator": """
        allowed_organizations github_api github_client_id github_client_secret github_organization_whitelist
        github_url populate_teams_in_auth_state
        """,
        "GitLabOAuthenticator": """
        allowed_gitlab_groups allowed_project_ids gitlab_api gitlab_api_version gitlab_group_whitelist
        gitlab_project_id_whitelist gitlab_url
        """,
        "GlobusOAuthenticator": """
        admin_globus_groups allowed_globus_groups exclude_tokens globus_groups_url globus_local_endpoint
        identity_provider revocation_url revoke_tokens_on_logout username_from_email
        """,
        "GoogleOAuthenticator": """
        admin_google_groups allowed_google_groups google_api_url google_group_whitelist google_service_account_keys
        gsuite_administrator hosted_domain include_nested_groups strip_domain
        """,
        "JupyterHub": """
        active_server_limit active_user_window activity_resolution admin_access admin_users allow_named_servers
        answer_yes api_page_default_limit api_page_max_limit api_tokens authenticate_prometheus authenticator_class
        base_url bind_url cleanup_proxy cleanup_servers concurrent_spawn_limit config_file confirm_no_ssl
        cookie_host_prefix_enabled cookie_max_age_days cookie_secret cookie_secret_file custom_scopes data_files_path
        db_kwargs db_url debug_db debug_proxy default_server_name default_url external_ssl_authorities extra_handlers
        extra_log_file extra_log_handlers forwarded_host_header generate_certs generate_config hub_bind_url
        hub_connect_ip hub_connect_port hub_connect_url hub_ip hub_port hub_routespec implicit_spawn_seconds
        init_spawners_timeout internal_certs_location internal_ssl ip jinja_environment_options last_activity_interval
        load_groups load_roles logo_file named_server_limit_per_user oauth_token_expires_in pid_file port proxy_api_ip
        proxy_api_port proxy_auth_token proxy_check_interval proxy_class proxy_cmd public_url recreate_internal_certs
        redirect_to_server reset_db service_check_interval service_tokens services shutdown_on_logout spawner_class
        ssl_cert ssl_key statsd_host statsd_port statsd_prefix subdomain_hook subdomain_host template_paths
        template_vars token_expires_in_max_seconds tornado_settings trust_user_provided_tokens trusted_alt_names
        trusted_downstream_ips upgrade_db use_legacy_stopped_server_status_code user_redirect_hook
        """,
        "KubeIngressProxy": """
        common_labels component_label ingress_class_name ingress_extra_annotations ingress_extra_labels
        ingress_specifications k8s_api_host k8s_api_ssl_ca_cert k8s_api_verify_ssl namespace reuse_existing_services
        """,
        "KubeSpawner": """
        additional_profile_form_template_paths after_pod_created_hook allow_privilege_escalation
        automount_service_account_token cmd common_labels component_label container_security_context
        delete_grace_period delete_pvc delete_stopped_pods dns_name_template enable_user_namespaces events_enabled
        extra_annotations extra_container_config extra_containers extra_labels extra_pod_config
        extra_resource_guarantees extra_resource_limits fs_gid get_pod_url gid handle_legacy_names hub_connect_ip
        hub_connect_port image image_pull_policy image_pull_secrets init_containers ip k8s_api_host
        k8s_api_request_retry_timeout k8s_api_request_timeout k8s_api_ssl_ca_cert k8s_api_threadpool_workers
        k8s_api_verify_ssl lifecycle_hooks modify_pod_hook namespace node_affinity_preferred node_affinity_required
        node_selector pod_affinity_preferred pod_affinity_required pod_anti_affinity_preferred
        pod_anti_affinity_required pod_connect_ip pod_name_template pod_security_context priority_class_name
        privileged profile_form_template profile_list pvc_name_template remember_pvc_name scheduler_name
        secret_mount_path secret_name_template service_account services_enabled slow_spawn_message
        slow_spawn_message_frequency slow_spawn_message_threshold slug_scheme storage_access_modes storage_capacity
        storage_class storage_extra_annotations storage_extra_labels storage_pvc_ensure storage_selector
        supplemental_gids tolerations uid user_namespace_annotations user_namespace_labels user_namespace_template
        volume_mounts volumes working_dir
        """,
        "LDAPAuthenticator": """
        allowed_groups attributes auth_state_attributes bind_dn_template escape_userdn group_attributes
        group_search_filter lookup_dn lookup_dn_search_filter lookup_dn_search_password lookup_dn_search_user
        lookup_dn_user_dn_attribute search_filter server_address server_port tls_kwargs tls_strategy
        use_lookup_dn_username use_ssl user_attribute user_search_base valid_username_regex
        """,
        "LocalAuthenticator": "add_user_cmd allowed_groups create_system_users group_whitelist uids",
        "LocalProcessSpawner": "interrupt_timeout kill_timeout popen_kwargs shell_cmd term_timeout",
        "LTI11Authenticator": "config_description config_icon config_title consumers uri_scheme username_key",
        "LTI13Authenticator": """
        authorize_url client_id issuer jwks_algorithms jwks_endpoint tool_description tool_name uri_scheme
        username_key
        """,
        "LTI13LaunchValidator": "max_age time_leeway",
        "MWOAuthenticator": "executor_threads mw_index_url",
        "NativeAuthenticator": """
        allow_2fa allow_self_approval_for allowed_failed_logins ask_email_on_signup check_common_password
        delete_firstuse_db_after_import enable_signup firstuse_db_path import_from_firstuse minimum_password_length
        open_signup recaptcha_key recaptcha_secret seconds_before_next_try secret_key self_approval_email
        self_approval_server tos
        """,
        "NullAuthenticator": "",
        "OAuthenticator": """
        admin_groups allow_all allow_existing_users allowed_groups allowed_scopes auth_state_groups_key authorize_url
        basic_auth client_id client_secret custom_403_message enable_pkce extra_authorize_params http_request_kwargs
        login_service logout_redirect_url modify_auth_state_hook oauth_callback_url refresh_user_hook scope
        token_params token_url userdata_from_id_token userdata_params userdata_token_method userdata_url
        username_claim validate_server_cert
        """,
        "OpenShiftOAuthenticator": "ca_certs openshift_auth_api_url openshift_rest_api_url openshift_url validate_cert",
        "PAMAuthenticator": """
        admin_groups check_account encoding executor_threads open_sessions pam_normalize_username service
        """,
        "PeriodicMetricsCollector": """
        active_users_enabled active_users_update_interval event_loop_interval_enabled
        event_loop_interval_log_threshold event_loop_interval_resolution
        """,
        "Proxy": "extra_routes should_start",
        "ResourceReflector": "fields labels omit_namespace request_timeout restart_seconds timeout_seconds",
        "SharedPasswordAuthenticator": "admin_password user_password",
        "SimpleLocalProcessSpawner": "home_dir_template",
        "Spawner": """
        apply_user_options args auth_state_hook cmd consecutive_failure_limit cpu_guarantee cpu_limit debug
        default_url disable_user_config env_keep environment group_overrides http_timeout hub_connect_url ip
        mem_guarantee mem_limit notebook_dir oauth_client_allowed_scopes oauth_roles options_form options_from_form
        poll_interval poll_jitter port post_stop_hook pre_spawn_hook progress_ready_hook server_token_scopes
        ssl_alt_names ssl_alt_names_include_local start_timeout
        """,
        "TmpAuthenticator": "login_service",
    ]
}
