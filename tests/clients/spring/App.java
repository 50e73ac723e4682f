// An app of Spring Boot whose users sign in with Spring Security's oauth2Login; see ../test_spring_boot.py.

import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.logout.LogoutSuccessHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

@Configuration
@EnableAutoConfiguration
@RestController
public class App {

  public static void main(String[] arguments) {
    SpringApplication.run(App.class, arguments);
  }

  @GetMapping("/")
  Map<String, Object> whoIsThere(@AuthenticationPrincipal OidcUser user) {
    return new TreeMap<>(
        Map.of(
            "name", user.getName(),
            "email", user.getEmail(),
            "issuer", user.getIssuer().toString(),
            "info", user.getUserInfo().getClaims()));
  }

  @Bean
  SecurityFilterChain security(
      HttpSecurity http, ClientRegistrationRepository clients, @Value("${app.logout}") String logout) throws Exception {
    var resolver = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization");
    resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
    return http.csrf(csrf -> csrf.disable())
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2Login(login -> login.authorizationEndpoint(there -> there.authorizationRequestResolver(resolver)))
        .logout(out -> out.logoutSuccessHandler(logout.equals("oidc") ? ofOidc(clients) : ofCognito(clients)))
        .build();
  }

  private static LogoutSuccessHandler ofOidc(ClientRegistrationRepository clients) {
    var handler = new OidcClientInitiatedLogoutSuccessHandler(clients);
    handler.setPostLogoutRedirectUri("{baseUrl}/");
    return handler;
  }

  private static LogoutSuccessHandler ofCognito(ClientRegistrationRepository clients) {
    return (request, response, authentication) -> {
      var client = clients.findByRegistrationId("cognito");
      var metadata = client.getProviderDetails().getConfigurationMetadata();
      var here = UriComponentsBuilder.fromUriString(request.getRequestURL().toString()).replacePath("/");
      response.sendRedirect(
          UriComponentsBuilder.fromUriString((String) metadata.get("end_session_endpoint"))
              .queryParam("client_id", client.getClientId())
              .queryParam("logout_uri", here.toUriString())
              .encode()
              .toUriString());
    };
  }
}
